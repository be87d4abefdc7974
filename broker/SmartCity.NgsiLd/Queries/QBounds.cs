namespace SmartCity.NgsiLd.Queries;

/// <summary>The part of <see cref="QueryBounds"/> that q gives: what its top-level "and" demands.</summary>
internal static class QBounds
{
    public static void Collect(QExpression expression, List<string> attributes, List<ValueBound> values)
    {
        switch (expression)
        {
            case QAnd and:
                foreach (var term in and.Terms) Collect(term, attributes, values);
                break;
            case QOr or:
                AddAll(Common(or), attributes);
                break;
            case QExists exists:
                Add(exists.Path.Names[0], attributes);
                break;
            case QCompare compare:
                Add(compare.Path.Names[0], attributes);
                if (compare.Path.IsPlain && !ReservedMembers.IsOfEntity(compare.Path.Names[0]) && Bound(compare) is { } bound)
                    values.Add(bound);
                break;
        }
    }

    /// <summary>What every branch demands, the whole demands.</summary>
    private static List<string> Common(QOr or)
    {
        List<string>? common = null;
        foreach (var term in or.Terms)
        {
            var names = new List<string>();
            Collect(term, names, []);
            if (common is null) common = names;
            else common.RemoveAll(name => !names.Contains(name));
        }

        return common ?? [];
    }

    private static void AddAll(List<string> names, List<string> attributes)
    {
        foreach (var name in names) Add(name, attributes);
    }

    private static void Add(string name, List<string> attributes)
    {
        if (!ReservedMembers.IsOfEntity(name) && !attributes.Contains(name)) attributes.Add(name);
    }

    private static ValueBound? Bound(QCompare compare)
    {
        var name = compare.Path.Names[0];
        return (compare.Operator, compare.Value) switch
        {
            (QOperator.Equal, QNumber n) => new NumberBound(name, n.Value, true, n.Value, true),
            (QOperator.Equal, QRange(QNumber from, QNumber to)) => new NumberBound(name, from.Value, true, to.Value, true),
            (QOperator.Greater, QNumber n) => new NumberBound(name, n.Value, false, double.PositiveInfinity, true),
            (QOperator.GreaterOrEqual, QNumber n) => new NumberBound(name, n.Value, true, double.PositiveInfinity, true),
            (QOperator.Less, QNumber n) => new NumberBound(name, double.NegativeInfinity, true, n.Value, false),
            (QOperator.LessOrEqual, QNumber n) => new NumberBound(name, double.NegativeInfinity, true, n.Value, true),
            (QOperator.Equal, QString s) => new TextBound(name, [s.Value]),
            (QOperator.Equal, QUri u) => new TextBound(name, [u.Uri]),
            (QOperator.Equal, QList list) => Bound(name, list),
            _ => null,
        };
    }

    private static ValueBound? Bound(string name, QList list)
    {
        var texts = new List<string>();
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var item in list.Items)
        {
            if (item is QString s) texts.Add(s.Value);
            else if (item is QUri u) texts.Add(u.Uri);
            else if (item is QNumber n) (low, high) = (Math.Min(low, n.Value), Math.Max(high, n.Value));
            else return null;
        }

        if (low > high) return new TextBound(name, [.. texts]);
        return texts.Count == 0 ? new NumberBound(name, low, true, high, true) : null;
    }
}
