using System.Globalization;

namespace SmartCity.NgsiLd;

/// <summary>A version of the NGSI-LD specification, in the form major.minor (ETSI GS CIM 009 4.3.6.8).</summary>
public readonly record struct NgsiLdVersion(int Major, int Minor) : IComparable<NgsiLdVersion>
{
    private const int Longest = 7;

    /// <summary>What the broker speaks unless it is asked for less.</summary>
    public static NgsiLdVersion Newest { get; } = new(1, 9);

    private static NgsiLdVersion Oldest { get; } = new(1, 0);

    /// <summary>
    /// The version that an answer conforms to where this one is asked for: itself, or the newest one known for any that is
    /// newer still.
    /// </summary>
    public NgsiLdVersion Conformant => CompareTo(Newest) > 0 ? Newest : this;

    /// <summary>Reads <c>1.5</c>; false for any other text, and for versions before 1.0, which never were.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out NgsiLdVersion version)
    {
        version = default;
        var point = text.IndexOf('.');
        if (point < 0 || text.Length > Longest) return false;
        if (!TryNumber(text[..point], out var major) || !TryNumber(text[(point + 1)..], out var minor)) return false;
        version = new(major, minor);
        return version.CompareTo(Oldest) >= 0;
    }

    public int CompareTo(NgsiLdVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
