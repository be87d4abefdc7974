using System.Globalization;

namespace SmartCity.Broker.Embedded.History.Blocks;

/// <summary>
/// A JSON number as a whole number and a count of decimals: <c>21.50</c> is 2150 and 2. Unlike a double, this gives the text back
/// as it was, and neighbouring values differ little.
/// </summary>
internal static class DecimalText
{
    /// <summary>No text is longer.</summary>
    public const int MaxLength = 24;

    /// <summary>Beyond this a mantissa may not be scaled to the decimals of its neighbours.</summary>
    public const long MostDigits = 1_000_000_000_000_000_000;

    private const int MaxDigits = 18;

    private static readonly long[] PowersOfTen = [.. Enumerable.Range(0, MaxDigits + 1).Select(i => (long)Math.Pow(10, i))];

    private static readonly double[] Divisors = [.. Enumerable.Range(0, MaxDigits + 1).Select(i => Math.Pow(10, i))];

    /// <summary>False for what is no number, or is spelt with an exponent, as a negative zero, or with more than 18 digits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out long mantissa, out int decimals)
    {
        (mantissa, decimals) = (0, 0);
        if (json.IsEmpty || json.Length > MaxDigits + 1) return false;
        var isNegative = json[0] == '-';
        for (var i = isNegative ? 1 : 0; i < json.Length; i++)
        {
            var digit = (uint)(json[i] - '0');
            if (digit <= 9) mantissa = mantissa * 10 + digit;
            else if (json[i] == '.' && i > 0) decimals = json.Length - i - 1;
            else return false;
        }

        if (!isNegative) return true;
        mantissa = -mantissa;
        return mantissa != 0;
    }

    /// <summary>Writes the text.</summary>
    /// <returns>How many bytes it takes.</returns>
    public static int Format(long mantissa, int decimals, Span<byte> utf8)
    {
        var start = 0;
        if (mantissa < 0) utf8[start++] = (byte)'-';
        Span<byte> digits = stackalloc byte[MaxLength];
        Math.Abs(mantissa).TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        var whole = length - decimals;
        if (whole <= 0)
        {
            utf8[start++] = (byte)'0';
        }
        else
        {
            digits[..whole].CopyTo(utf8[start..]);
            start += whole;
        }

        if (decimals == 0) return start;
        utf8[start++] = (byte)'.';
        for (; whole < 0; whole++) utf8[start++] = (byte)'0';
        digits[whole..length].CopyTo(utf8[start..]);
        return start + length - whole;
    }

    /// <summary>The nearest double.</summary>
    public static double ToDouble(long mantissa, int decimals)
    {
        // Exact in a double, both of them: so their quotient is the nearest one.
        if (Math.Abs(mantissa) <= 1L << 53) return mantissa / Divisors[decimals];
        Span<byte> text = stackalloc byte[MaxLength];
        return double.Parse(text[..Format(mantissa, decimals, text)], NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>The same number with more decimals; false where it gets too long.</summary>
    public static bool TryScale(long mantissa, int by, out long scaled)
    {
        scaled = 0;
        if (by > MaxDigits || Math.Abs(mantissa) >= MostDigits / PowersOfTen[by]) return false;
        scaled = mantissa * PowersOfTen[by];
        return true;
    }

    public static long Unscale(long scaled, int by) => scaled / PowersOfTen[by];
}
