using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Tests.Queries;

/// <summary>Trees as text with every node visible, so that tables can say what a parser gives.</summary>
internal static class TreeText
{
    private const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    public static string Of(QExpression expression) => expression switch
    {
        QAnd and => $"and({Join(and.Terms, Of)})",
        QOr or => $"or({Join(or.Terms, Of)})",
        QExists exists => Of(exists.Path),
        QCompare compare => $"{compare.Operator}({Of(compare.Path)} {Of(compare.Value)})",
        _ => "?",
    };

    public static string Of(AttributePath path) =>
        string.Join('.', path.Names.Select(Short))
        + (path.Trailing.IsEmpty ? "" : $"[{string.Join('|', path.Trailing)}]")
        + (path.Linked is null ? "" : $"{{{string.Join(',', path.Linked.Types.Select(Short))}:{Of(path.Linked.Path)}}}");

    public static string Of(TypeSelection selection) => selection switch
    {
        TypeIs type => Short(type.Type),
        TypeAnd and => $"and({Join(and.Terms, Of)})",
        TypeOr or => $"or({Join(or.Terms, Of)})",
        _ => "any",
    };

    public static string Of(ScopeQuery query) => query switch
    {
        ScopePattern pattern => string.Join('/', pattern.Levels),
        ScopeAnd and => $"and({Join(and.Terms, Of)})",
        ScopeOr or => $"or({Join(or.Terms, Of)})",
        _ => "?",
    };

    public static string Of(Projection projection) =>
        Join(projection.Members, member => Short(member.Name) + (member.Linked is null ? "" : $"({Of(member.Linked)})"));

    private static string Of(QValue value) => value switch
    {
        QNumber number => $"number {number.Text}",
        QString text => $"string {text.Value}",
        QBoolean boolean => $"boolean {boolean.Value}",
        QTemporal temporal => $"{temporal.Kind} {temporal.Text}",
        QUri uri => $"uri {uri.Uri}",
        QRange range => $"range {Of(range.From)} {Of(range.To)}",
        QList list => $"list {Join(list.Items, Of)}",
        QPattern pattern => $"pattern {pattern.Pattern.Text}",
        _ => "?",
    };

    private static string Short(string name) => name.StartsWith(Vocabulary, StringComparison.Ordinal) ? name[Vocabulary.Length..] : name;

    private static string Join<T>(ImmutableArray<T> items, Func<T, string> show) => string.Join(", ", items.Select(show));
}
