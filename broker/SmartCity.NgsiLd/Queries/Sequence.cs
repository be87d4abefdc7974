using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>Equality of arrays by their items, which records do not give: trees are compared as values.</summary>
internal static class Sequence
{
    public static bool Same<T>(ImmutableArray<T> left, ImmutableArray<T> right) => left.AsSpan().SequenceEqual(right.AsSpan());

    public static int Hash<T>(ImmutableArray<T> items)
    {
        var hash = new HashCode();
        foreach (var item in items) hash.Add(item);
        return hash.ToHashCode();
    }
}
