namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>
/// DateTimes, Dates and Times in UTF-8 (ETSI GS CIM 009 4.6.3), as numbers that compare. Offsets from UTC, which the standard
/// forbids but devices send, are understood.
/// </summary>
internal static class TemporalText
{
    /// <summary>Null where the text is none of them.</summary>
    public static QTemporalKind? KindOf(ReadOnlySpan<byte> text)
    {
        if (TryTicks(text, QTemporalKind.DateTime, out _)) return QTemporalKind.DateTime;
        if (TryTicks(text, QTemporalKind.Date, out _)) return QTemporalKind.Date;
        return TryTicks(text, QTemporalKind.Time, out _) ? QTemporalKind.Time : null;
    }

    /// <summary>False where the text is not of the kind.</summary>
    /// <param name="text">Without quotes.</param>
    /// <param name="kind">What to read.</param>
    /// <param name="ticks">UTC; of a Time, since midnight.</param>
    public static bool TryTicks(ReadOnlySpan<byte> text, QTemporalKind kind, out long ticks)
    {
        ticks = 0;
        return kind switch
        {
            QTemporalKind.DateTime => text.Length >= 20 && text[10] == 'T'
                && TryDate(text[..10], out ticks) && TryTime(text[11..], ref ticks),
            QTemporalKind.Date => text.Length == 10 && TryDate(text, out ticks),
            _ => TryTime(text, ref ticks),
        };
    }

    private static bool TryDate(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text[4] != '-' || text[7] != '-') return false;
        if (!TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month)) return false;
        if (!TryDigits(text[8..], out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        ticks = new DateTime(year, month, day).Ticks;
        return true;
    }

    /// <summary>hh:mm:ss, perhaps a fraction, then Z or an offset.</summary>
    private static bool TryTime(ReadOnlySpan<byte> text, ref long ticks)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':') return false;
        if (!TryDigits(text[..2], out var hour) || !TryDigits(text[3..5], out var minute)) return false;
        if (!TryDigits(text[6..8], out var second)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        ticks += ((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond;
        text = text[8..];
        if (text[0] is (byte)'.' or (byte)',' && !TryFraction(ref text, ref ticks)) return false;
        return text is [(byte)'Z'] || TryOffset(text, ref ticks);
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> text, ref long ticks)
    {
        var scale = TimeSpan.TicksPerSecond / 10;
        var i = 1;
        for (; i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9'; i++, scale /= 10) ticks += (text[i] - '0') * scale;
        text = text[i..];
        return i > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, ref long ticks)
    {
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':') return false;
        if (!TryDigits(text[1..3], out var hours) || !TryDigits(text[4..], out var minutes)) return false;
        var offset = ((hours * 60L) + minutes) * TimeSpan.TicksPerMinute;
        ticks += text[0] == '+' ? -offset : offset;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit > 9) return false;
            number = (number * 10) + (int)digit;
        }

        return true;
    }
}
