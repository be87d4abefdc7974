using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Queries;

/// <summary>From a tree back to text, for forwarding and for reading subscriptions: <c>Parse(Write(x)) == x</c>.</summary>
public static class QueryWriter
{
    public static string Write(QExpression expression, Context context) => throw new NotImplementedException();

    public static string Write(TypeSelection selection, Context context) => throw new NotImplementedException();

    public static string Write(ScopeQuery query) => throw new NotImplementedException();

    public static string Write(Projection projection, Context context) => throw new NotImplementedException();
}
