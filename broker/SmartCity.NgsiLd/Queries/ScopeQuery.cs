using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The tree of the Scope Query Language (ETSI GS CIM 009 4.19).</summary>
public abstract record ScopeQuery;

/// <summary>Levels of a scope; <c>+</c> stands for any one level, a last <c>#</c> for everything below.</summary>
public sealed record ScopePattern(ImmutableArray<string> Levels) : ScopeQuery;

public sealed record ScopeAnd(ImmutableArray<ScopeQuery> Terms) : ScopeQuery;

public sealed record ScopeOr(ImmutableArray<ScopeQuery> Terms) : ScopeQuery;
