using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The tree of the Scope Query Language (ETSI GS CIM 009 4.19).</summary>
public abstract record ScopeQuery;

/// <summary>
/// Levels of a scope; <c>+</c> stands for any one level, a last <c>#</c> for the scope itself and everything below.
/// </summary>
public sealed record ScopePattern(ImmutableArray<string> Levels) : ScopeQuery
{
    public bool Equals(ScopePattern? other) => other is not null && Sequence.Same(Levels, other.Levels);

    public override int GetHashCode() => Sequence.Hash(Levels);
}

public sealed record ScopeAnd(ImmutableArray<ScopeQuery> Terms) : ScopeQuery
{
    public bool Equals(ScopeAnd? other) => other is not null && Sequence.Same(Terms, other.Terms);

    public override int GetHashCode() => Sequence.Hash(Terms);
}

public sealed record ScopeOr(ImmutableArray<ScopeQuery> Terms) : ScopeQuery
{
    public bool Equals(ScopeOr? other) => other is not null && Sequence.Same(Terms, other.Terms);

    public override int GetHashCode() => ~Sequence.Hash(Terms);
}
