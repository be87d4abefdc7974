using System.Text;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// The text of a <see cref="Timestamp"/> as a number: since only its fraction may be spelt in different ways, the instant and the
/// count of decimals say it all.
/// </summary>
public static class MomentText
{
    /// <summary>No text is longer, in bytes.</summary>
    public const int MaxLength = 27;

    private const int WithoutFraction = 20;

    /// <summary>Decimals of the seconds in a text that <see cref="Timestamp.TryParse"/> has accepted: 0 to 6.</summary>
    public static int Decimals(int textLength) => Math.Max(0, textLength - WithoutFraction - 1);

    /// <summary>Writes the text.</summary>
    /// <param name="ticks">UTC ticks.</param>
    /// <param name="decimals">How many decimals it has.</param>
    /// <param name="utf8">Has room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes it takes.</returns>
    public static int Format(long ticks, int decimals, Span<byte> utf8)
    {
        var (date, time) = new DateTime(ticks);
        var (year, month, day) = date;
        Digits(utf8, 0, 4, year);
        utf8[4] = (byte)'-';
        Digits(utf8, 5, 2, month);
        utf8[7] = (byte)'-';
        Digits(utf8, 8, 2, day);
        utf8[10] = (byte)'T';
        Digits(utf8, 11, 2, time.Hour);
        utf8[13] = (byte)':';
        Digits(utf8, 14, 2, time.Minute);
        utf8[16] = (byte)':';
        Digits(utf8, 17, 2, time.Second);
        var at = 19;
        if (decimals > 0)
        {
            utf8[at++] = (byte)'.';
            var fraction = ticks % TimeSpan.TicksPerSecond;
            for (var unit = TimeSpan.TicksPerSecond / 10; decimals > 0; decimals--, unit /= 10) utf8[at++] = (byte)('0' + fraction / unit % 10);
        }

        utf8[at++] = (byte)'Z';
        return at;
    }

    public static Timestamp ToTimestamp(long ticks, int decimals)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return new(new(ticks, TimeSpan.Zero), Encoding.ASCII.GetString(text[..Format(ticks, decimals, text)]));
    }

    private static void Digits(Span<byte> utf8, int at, int count, int value)
    {
        for (var i = at + count - 1; i >= at; i--, value /= 10) utf8[i] = (byte)('0' + value % 10);
    }
}
