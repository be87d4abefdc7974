using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// From a tree back to text, for forwarding and for reading subscriptions: <c>Parse(Write(x)) == x</c> for what a parser gives.
/// Texts are not percent-encoded.
/// </summary>
public static class QueryWriter
{
    public static string Write(QExpression expression, Context context) => new QWriter(context).Write(expression);

    public static string Write(AttributePath path, Context context) => new QWriter(context).Write(path);

    public static string Write(TypeSelection selection, Context context) => selection switch
    {
        TypeIs type => TypeSelectionParser.WriteType(context.Compact(type.Type)),
        TypeAnd and => $"({Join(and.Terms, ';', term => Group(Write(term, context), term is TypeOr))})",
        TypeOr or => Join(or.Terms, '|', term => Group(Write(term, context), term is TypeOr)),
        _ => "*",
    };

    public static string Write(ScopeQuery query) => query switch
    {
        ScopePattern pattern => "/" + string.Join('/', pattern.Levels),
        ScopeAnd and => $"({Join(and.Terms, ';', term => Group(Write(term), term is ScopeOr))})",
        ScopeOr or => Join(or.Terms, '|', term => Group(Write(term), term is ScopeOr)),
        _ => throw new ArgumentException("The tree has a node of an unknown kind.", nameof(query)),
    };

    public static string Write(Projection projection, Context context) =>
        Join(projection.Members, ',', member => Write(member, context));

    public static GeoQueryText Write(GeoQuery query, Context context) => GeoQueryWriter.Write(query, context);

    private static string Write(ProjectedMember member, Context context)
    {
        var name = ReservedMembers.IsProjected(member.Name) ? member.Name : context.Compact(member.Name);
        return ProjectionParser.WriteName(name) + (member.Linked is null ? "" : $"{{{Write(member.Linked, context)}}}");
    }

    private static string Join<T>(ImmutableArray<T> terms, char separator, Func<T, string> write) =>
        string.Join(separator, terms.Select(write));

    private static string Group(string text, bool parentheses) => parentheses ? $"({text})" : text;
}
