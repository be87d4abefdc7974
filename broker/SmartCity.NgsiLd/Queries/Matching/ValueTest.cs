using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>
/// Whether one scalar is what the right-hand side of a comparison says, without "not". A scalar of another type never is
/// (ETSI GS CIM 009 4.9).
/// </summary>
internal abstract class ValueTest
{
    /// <param name="json">A JSON value in place.</param>
    public bool Hits(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return false;
        switch (json[0])
        {
            case (byte)'"':
                if (JsonText.TryPlain(json, out var plain)) return HitsText(plain);
                using (var text = new UnescapedText(json)) return HitsText(text.Span);
            case (byte)'t' or (byte)'f':
                return HitsBoolean(json[0] == 't');
            default:
                return JsonText.TryNumber(json, out var number) && HitsNumber(number);
        }
    }

    public virtual bool HitsNumber(double number) => false;

    /// <param name="utf8">Unescaped.</param>
    public virtual bool HitsText(ReadOnlySpan<byte> utf8) => false;

    public virtual bool HitsBoolean(bool value) => false;

    /// <param name="ticks">UTC, of a member that is a DateTime.</param>
    public virtual bool HitsInstant(long ticks) => false;
}

internal sealed class NumberTest(Interval<double> interval) : ValueTest
{
    public override bool HitsNumber(double number) => interval.Includes(number);
}

internal sealed class BooleanTest(bool wanted) : ValueTest
{
    public override bool HitsBoolean(bool value) => value == wanted;
}

/// <summary>DateTimes, Dates and Times compare as such, however they are spelt.</summary>
internal sealed class TemporalTest(QTemporalKind kind, Interval<long> interval) : ValueTest
{
    public override bool HitsText(ReadOnlySpan<byte> utf8) =>
        TemporalText.TryTicks(utf8, kind, out var ticks) && interval.Includes(ticks);

    public override bool HitsInstant(long ticks) => kind == QTemporalKind.DateTime && interval.Includes(ticks);
}

/// <summary>Strings and URIs, equal to one.</summary>
/// <param name="wanted">UTF-8.</param>
internal sealed class TextTest(byte[] wanted) : ValueTest
{
    private readonly long? _instant = TemporalText.TryTicks(wanted, QTemporalKind.DateTime, out var ticks) ? ticks : null;

    public override bool HitsText(ReadOnlySpan<byte> utf8) => utf8.SequenceEqual(wanted);

    // A DateTime in quotes is a string, but beside a member that can only be a DateTime it is meant as one.
    public override bool HitsInstant(long ticks) => ticks == _instant;
}

/// <summary>Strings and URIs in the order of code points, which is that of their UTF-8.</summary>
/// <param name="low">Null for no lower end.</param>
/// <param name="lowIncluded">Whether the low end itself will do.</param>
/// <param name="high">Null for no upper end.</param>
/// <param name="highIncluded">Whether the high end itself will do.</param>
/// <param name="instants">The same as DateTimes; null where the ends are none.</param>
internal sealed class TextOrderTest(
    byte[]? low, bool lowIncluded, byte[]? high, bool highIncluded, Interval<long>? instants) : ValueTest
{
    public override bool HitsText(ReadOnlySpan<byte> utf8)
    {
        if (low is not null)
        {
            var order = utf8.SequenceCompareTo(low);
            if (order < 0 || (order == 0 && !lowIncluded)) return false;
        }

        if (high is null) return true;
        var upper = utf8.SequenceCompareTo(high);
        return upper < 0 || (upper == 0 && highIncluded);
    }

    public override bool HitsInstant(long ticks) => instants is { } interval && interval.Includes(ticks);
}

internal sealed class PatternTest(TextPattern pattern) : ValueTest
{
    public override bool HitsText(ReadOnlySpan<byte> utf8) => pattern.IsMatch(utf8);
}

internal sealed class ListTest(ValueTest[] items) : ValueTest
{
    public override bool HitsNumber(double number)
    {
        foreach (var item in items)
        {
            if (item.HitsNumber(number)) return true;
        }

        return false;
    }

    public override bool HitsBoolean(bool value)
    {
        foreach (var item in items)
        {
            if (item.HitsBoolean(value)) return true;
        }

        return false;
    }

    public override bool HitsInstant(long ticks)
    {
        foreach (var item in items)
        {
            if (item.HitsInstant(ticks)) return true;
        }

        return false;
    }

    public override bool HitsText(ReadOnlySpan<byte> utf8)
    {
        foreach (var item in items)
        {
            if (item.HitsText(utf8)) return true;
        }

        return false;
    }
}
