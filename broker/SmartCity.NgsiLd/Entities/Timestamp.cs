using System.Globalization;

namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// A DateTime that a client gave (ETSI GS CIM 009 4.6.3): the instant, and the text as it was given, which is what readers get back.
/// </summary>
public readonly record struct Timestamp(DateTimeOffset Value, string Text)
{
    /// <summary>How the broker writes instants of its own: UTC, microseconds.</summary>
    public const string SystemFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private const string Pattern = "0000-00-00T00:00:00";

    public static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(SystemFormat, CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads <c>YYYY-MM-DDThh:mm:ss[.ffffff]Z</c>; false for any other text. A comma before the fraction is accepted, and
    /// becomes the point that answers show (ETSI GS CIM 009 4.6.3).
    /// </summary>
    public static bool TryParse(string text, out Timestamp timestamp)
    {
        timestamp = default;
        if (text.Length <= Pattern.Length || text[^1] != 'Z' || !HasPattern(text)) return false;
        if (!TryReadFraction(text.AsSpan(Pattern.Length, text.Length - Pattern.Length - 1), out var ticks)) return false;
        var (year, month, day) = (Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2));
        var (hour, minute, second) = (Number(text, 11, 2), Number(text, 14, 2), Number(text, 17, 2));
        if (year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        var value = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(ticks);
        timestamp = new(value, text.Replace(',', '.'));
        return true;
    }

    public override string ToString() => Text;

    private static bool HasPattern(string text)
    {
        for (var i = 0; i < Pattern.Length; i++)
        {
            if (Pattern[i] == '0' ? !char.IsAsciiDigit(text[i]) : text[i] != Pattern[i]) return false;
        }

        return true;
    }

    // Nothing, or a separator and one to six digits.
    private static bool TryReadFraction(ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        if (text.IsEmpty) return true;
        if (text[0] is not ('.' or ',') || text.Length is < 2 or > 7) return false;
        for (var (i, unit) = (1, TimeSpan.TicksPerSecond / 10); i < text.Length; i++, unit /= 10)
        {
            if (!char.IsAsciiDigit(text[i])) return false;
            ticks += (text[i] - '0') * unit;
        }

        return true;
    }

    // Of digits only.
    private static int Number(string text, int start, int length)
    {
        var number = 0;
        foreach (var digit in text.AsSpan(start, length)) number = (number * 10) + (digit - '0');
        return number;
    }
}
