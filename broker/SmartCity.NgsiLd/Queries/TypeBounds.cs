using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>A type selection as alternatives of conjunctions, which is what <see cref="SelectorBounds"/> gives to a store.</summary>
internal static class TypeBounds
{
    /// <summary>More alternatives than this are not spelled out: one side of an "and" alone bounds it too.</summary>
    private const int MaxGroups = 64;

    /// <summary>Empty where any type will do.</summary>
    public static ImmutableArray<ImmutableArray<string>> Groups(TypeSelection? selection) => selection switch
    {
        TypeIs type => [[type.Type]],
        TypeOr or => Union(or),
        TypeAnd and => Product(and),
        _ => [],
    };

    private static ImmutableArray<ImmutableArray<string>> Union(TypeOr or)
    {
        var all = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var term in or.Terms)
        {
            var groups = Groups(term);
            if (groups.IsEmpty) return [];
            all.AddRange(groups);
        }

        return all.ToImmutable();
    }

    private static ImmutableArray<ImmutableArray<string>> Product(TypeAnd and)
    {
        ImmutableArray<ImmutableArray<string>> product = [];
        foreach (var term in and.Terms)
        {
            var groups = Groups(term);
            if (product.IsEmpty) product = groups;
            else if (!groups.IsEmpty && product.Length * groups.Length <= MaxGroups)
                product = [.. from left in product from right in groups select left.AddRange(right)];
        }

        return product;
    }
}
