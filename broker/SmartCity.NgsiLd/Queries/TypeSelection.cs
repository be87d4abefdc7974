using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The tree of the Entity Type Selection Language (ETSI GS CIM 009 4.17), types expanded.</summary>
public abstract record TypeSelection
{
    /// <summary>Whether an Entity of these types, and no others, is selected.</summary>
    public bool Selects(ImmutableArray<string> types) => this switch
    {
        TypeIs type => types.Contains(type.Type),
        TypeAnd and => SelectsAll(and.Terms, types),
        TypeOr or => SelectsAny(or.Terms, types),
        _ => true,
    };

    /// <summary>Selects what has all of some types.</summary>
    /// <param name="types">Expanded; at least one.</param>
    public static TypeSelection AllOf(ImmutableArray<string> types) =>
        types.Length == 1 ? new TypeIs(types[0]) : new TypeAnd([.. types.Select(static type => new TypeIs(type))]);

    /// <summary>Selects what has any of some types.</summary>
    /// <param name="types">Expanded; at least one.</param>
    public static TypeSelection AnyOf(ImmutableArray<string> types) =>
        types.Length == 1 ? new TypeIs(types[0]) : new TypeOr([.. types.Select(static type => new TypeIs(type))]);

    private static bool SelectsAll(ImmutableArray<TypeSelection> terms, ImmutableArray<string> types)
    {
        foreach (var term in terms)
        {
            if (!term.Selects(types)) return false;
        }

        return true;
    }

    private static bool SelectsAny(ImmutableArray<TypeSelection> terms, ImmutableArray<string> types)
    {
        foreach (var term in terms)
        {
            if (term.Selects(types)) return true;
        }

        return false;
    }
}

public sealed record TypeIs(string Type) : TypeSelection;

/// <summary><c>*</c>: any type.</summary>
public sealed record TypeAny : TypeSelection;

public sealed record TypeAnd(ImmutableArray<TypeSelection> Terms) : TypeSelection
{
    public bool Equals(TypeAnd? other) => other is not null && Sequence.Same(Terms, other.Terms);

    public override int GetHashCode() => Sequence.Hash(Terms);
}

public sealed record TypeOr(ImmutableArray<TypeSelection> Terms) : TypeSelection
{
    public bool Equals(TypeOr? other) => other is not null && Sequence.Same(Terms, other.Terms);

    public override int GetHashCode() => ~Sequence.Hash(Terms);
}
