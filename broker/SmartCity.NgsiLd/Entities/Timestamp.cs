using System.Globalization;

namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// A DateTime that a client gave (ETSI GS CIM 009 4.6.3): the instant, and the text as it was given, which is what readers get back.
/// </summary>
public readonly record struct Timestamp(DateTimeOffset Value, string Text)
{
    /// <summary>How the broker writes instants of its own: UTC, microseconds.</summary>
    public const string SystemFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(SystemFormat, CultureInfo.InvariantCulture);

    /// <summary>Reads an ISO 8601 date and time; false where the text is none.</summary>
    public static bool TryParse(string text, out Timestamp timestamp)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        timestamp = default;
        if (text.Length < 11 || text[10] != 'T') return false;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var value)) return false;
        timestamp = new(value, text);
        return true;
    }

    public override string ToString() => Text;
}
