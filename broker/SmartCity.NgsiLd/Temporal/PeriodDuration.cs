using System.Globalization;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// How long a period of an aggregation is (ETSI GS CIM 009 4.5.19.1, ISO 8601): calendar months, which differ in length, and a
/// rest that does not.
/// </summary>
/// <param name="Months">Years and months.</param>
/// <param name="Ticks">Weeks, days, hours, minutes and seconds, in units of 100 ns.</param>
public readonly record struct PeriodDuration(int Months, long Ticks)
{
    private const string Form = "which is no ISO 8601 duration such as PT15M, P1D or P1M (ETSI GS CIM 009 4.5.19.1)";

    /// <summary>Stands for the whole time range of the query.</summary>
    public bool IsZero => Months == 0 && Ticks == 0;

    /// <summary>Reads <c>P[n]Y[n]M[n]DT[n]H[n]M[n]S</c> or <c>P[n]W</c>; BadRequestData for any other text.</summary>
    /// <param name="text">The duration.</param>
    /// <param name="member">What errors call it.</param>
    public static Result<PeriodDuration> Parse(string text, string member = "aggrPeriodDuration")
    {
        var rest = text.AsSpan();
        if (!rest.StartsWith("P") || rest.Length < 3) return Wrong(text, member);
        rest = rest[1..];
        var (months, ticks, last) = (0m, 0m, -1);
        var inTime = false;
        while (!rest.IsEmpty)
        {
            if (rest[0] == 'T')
            {
                if (inTime || rest.Length == 1) return Wrong(text, member);
                inTime = true;
                rest = rest[1..];
                continue;
            }

            var length = rest.IndexOfAnyExcept("0123456789.,");
            if (length is < 1 or > 18) return Wrong(text, member);
            var unit = rest[length];
            if (Rank(unit, inTime) is not { } rank || rank <= last || last == WeekRank || (rank == WeekRank && last >= 0)) return Wrong(text, member);
            if (!TryNumber(rest[..length], unit == 'S' && inTime, out var number)) return Wrong(text, member);
            if (rank <= MonthRank) months += number * (rank == 0 ? 12 : 1);
            else ticks += number * TicksOf(rank);
            last = rank;
            rest = rest[(length + 1)..];
        }

        if (last < 0) return Wrong(text, member);
        const int MostMonths = 9999 * 12;
        return months > MostMonths || ticks > (decimal)DateTime.MaxValue.Ticks
            ? NgsiLdError.BadRequestData($"{member} is '{text}', which is longer than time itself")
            : new PeriodDuration((int)months, (long)ticks);
    }

    private const int MonthRank = 1;
    private const int WeekRank = 2;

    // In the order in which they may stand.
    private static int? Rank(char unit, bool inTime) => (unit, inTime) switch
    {
        ('Y', false) => 0,
        ('M', false) => MonthRank,
        ('W', false) => WeekRank,
        ('D', false) => 3,
        ('H', true) => 4,
        ('M', true) => 5,
        ('S', true) => 6,
        _ => null,
    };

    private static long TicksOf(int rank) => rank switch
    {
        WeekRank => 7 * TimeSpan.TicksPerDay,
        3 => TimeSpan.TicksPerDay,
        4 => TimeSpan.TicksPerHour,
        5 => TimeSpan.TicksPerMinute,
        _ => TimeSpan.TicksPerSecond,
    };

    // Only seconds have a fraction.
    private static bool TryNumber(ReadOnlySpan<char> digits, bool mayHaveFraction, out decimal number)
    {
        number = 0;
        if (!mayHaveFraction && digits.IndexOfAny('.', ',') >= 0) return false;
        if (digits[0] is '.' or ',' || digits[^1] is '.' or ',') return false;
        return decimal.TryParse(digits.ToString().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static NgsiLdError Wrong(string text, string member) => NgsiLdError.BadRequestData($"{member} is '{text}', {Form}");
}
