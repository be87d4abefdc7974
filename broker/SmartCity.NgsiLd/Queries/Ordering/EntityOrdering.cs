using System.Collections.Immutable;
using NetTopologySuite.Geometries;

namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>In which order a query gives its Entities (ETSI GS CIM 009 4.23); where it leaves two equal, the older comes first.</summary>
/// <param name="Terms">At least one; the first decides unless it finds two Entities equal, and so on.</param>
public sealed record EntityOrdering(ImmutableArray<OrderingTerm> Terms)
{
    /// <summary>Compares texts.</summary>
    public Collation Collation { get; init; } = Collation.Root;

    /// <summary>What distances are measured from, WGS 84, longitude first; null where no term asks for distance.</summary>
    public Geometry? Reference { get; init; }

    public bool Equals(EntityOrdering? other) =>
        other is not null && Sequence.Same(Terms, other.Terms) && Collation == other.Collation
        && (Reference is null ? other.Reference is null : Reference.EqualsExact(other.Reference));

    public override int GetHashCode() => HashCode.Combine(Sequence.Hash(Terms), Collation);
}

/// <param name="Path">
/// Leads to what is compared: an Attribute, something inside one, or a member of the Entity by its own name, <c>type</c> among them.
/// </param>
/// <param name="Direction">Which end comes first.</param>
public sealed record OrderingTerm(AttributePath Path, OrderDirection Direction)
{
    public bool ByDistance => Direction is OrderDirection.Nearest or OrderDirection.Farthest;

    public bool IsDescending => Direction is OrderDirection.Descending or OrderDirection.Farthest;
}

/// <summary>ETSI GS CIM 009 4.23.3.</summary>
public enum OrderDirection
{
    /// <summary><c>asc</c>, or nothing.</summary>
    Ascending,

    /// <summary><c>desc</c>: within each type of value; the types keep their order, and what is missing stays last.</summary>
    Descending,

    /// <summary><c>dist-asc</c>.</summary>
    Nearest,

    /// <summary><c>dist-desc</c>.</summary>
    Farthest,
}
