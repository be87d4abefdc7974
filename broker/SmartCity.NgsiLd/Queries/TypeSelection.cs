using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The tree of the Entity Type Selection Language (ETSI GS CIM 009 4.17), types expanded.</summary>
public abstract record TypeSelection;

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
