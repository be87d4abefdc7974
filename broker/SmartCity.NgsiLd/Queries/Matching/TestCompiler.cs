using System.Text;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>From the right-hand sides of q to tests with everything decoded.</summary>
internal static class TestCompiler
{
    public static ValueTest Compile(QOperator op, QValue value) => value switch
    {
        QNumber number => new NumberTest(Interval<double>.Of(op, number.Value)),
        QBoolean boolean => new BooleanTest(boolean.Value),
        QTemporal temporal => new TemporalTest(temporal.Kind, Interval<long>.Of(op, Ticks(temporal))),
        QString text => Text(op, text.Value),
        QUri uri => Text(op, uri.Uri),
        QRange range => Range(range),
        QList list => new ListTest([.. list.Items.Select(item => Compile(op, item))]),
        QPattern pattern => new PatternTest(pattern.Pattern),
        _ => throw new ArgumentException("The tree has a value of an unknown kind.", nameof(value)),
    };

    private static ValueTest Range(QRange range) => (range.From, range.To) switch
    {
        (QNumber from, QNumber to) => new NumberTest(new(from.Value, true, to.Value, true)),
        (QTemporal from, QTemporal to) when from.Kind == to.Kind =>
            new TemporalTest(from.Kind, new(Ticks(from), true, Ticks(to), true)),
        (QString from, QString to) =>
            new TextOrderTest(Utf8(from.Value), true, Utf8(to.Value), true, Instants(from.Value, to.Value)),
        // The ends have no common order, so nothing is between them.
        _ => new ListTest([]),
    };

    private static ValueTest Text(QOperator op, string text)
    {
        var utf8 = Utf8(text);
        Interval<long>? instants = TemporalText.TryTicks(utf8, QTemporalKind.DateTime, out var ticks)
            ? Interval<long>.Of(op, ticks)
            : null;
        return op switch
        {
            QOperator.Greater => new TextOrderTest(utf8, false, null, false, instants),
            QOperator.GreaterOrEqual => new TextOrderTest(utf8, true, null, false, instants),
            QOperator.Less => new TextOrderTest(null, false, utf8, false, instants),
            QOperator.LessOrEqual => new TextOrderTest(null, false, utf8, true, instants),
            _ => new TextTest(utf8),
        };
    }

    private static Interval<long>? Instants(string from, string to) =>
        TemporalText.TryTicks(Utf8(from), QTemporalKind.DateTime, out var low)
        && TemporalText.TryTicks(Utf8(to), QTemporalKind.DateTime, out var high)
            ? new(low, true, high, true)
            : null;

    private static long Ticks(QTemporal temporal) =>
        TemporalText.TryTicks(Utf8(temporal.Text), temporal.Kind, out var ticks)
            ? ticks
            : throw new ArgumentException($"'{temporal.Text}' is not a {temporal.Kind}.", nameof(temporal));

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
