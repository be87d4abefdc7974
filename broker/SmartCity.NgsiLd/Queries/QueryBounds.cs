using System.Collections.Immutable;
using SmartCity.NgsiLd.Geometries;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// What a store can look up in indexes: conditions that every matching Entity fulfils, as far as an index could know them.
/// Looking them up, all or some, gives a superset of the answer, which <see cref="EntityMatcher"/> then verifies.
/// <list type="bullet">
/// <item>The members are joined by "and". An empty array, or null, says nothing.</item>
/// <item>Two bounds of one Attribute must not be merged into one: different instances may fulfil them (ETSI GS CIM 009 4.5.5).</item>
/// <item>An index by value holds all of <see cref="IndexKeys"/> of every instance, array items included; an index by place
/// holds <see cref="IndexKeys.TryEnvelope"/>.</item>
/// <item>Names are expanded IRIs: look them up by <see cref="Entities.Names.TryFind"/>. A name that no Entity ever had means
/// that nothing matches the bound.</item>
/// </list>
/// </summary>
public sealed record QueryBounds
{
    /// <summary>An Entity fulfils at least one of them; empty where every Entity will do.</summary>
    public ImmutableArray<SelectorBounds> Selectors { get; init; } = [];

    /// <summary>Attributes that an Entity has, all of them.</summary>
    public ImmutableArray<string> AllAttributes { get; init; } = [];

    /// <summary>Attributes of which an Entity has at least one (the deprecated attrs); empty for no such condition.</summary>
    public ImmutableArray<string> AnyAttributes { get; init; } = [];

    /// <summary>What values of Attributes fulfil, all of them.</summary>
    public ImmutableArray<ValueBound> Values { get; init; } = [];

    /// <summary>Where an Attribute's geometry is; null where anywhere will do.</summary>
    public GeoBound? Geo { get; init; }

    public static QueryBounds Of(EntityQuery query)
    {
        var attributes = new List<string>();
        var values = new List<ValueBound>();
        if (query.Q is { } q) QBounds.Collect(q, attributes, values);
        if (query.Geo is { } geo && !attributes.Contains(geo.Path.Names[0])) attributes.Add(geo.Path.Names[0]);
        return new()
        {
            Selectors = SelectorBounds.Of(query.Selectors),
            AllAttributes = [.. attributes],
            AnyAttributes = query.AttributeNames,
            Values = [.. values],
            Geo = query.Geo is null ? null : GeoBound.Of(query.Geo),
        };
    }
}

/// <summary>What one selector (ETSI GS CIM 009 5.2.33) says to an index.</summary>
/// <param name="Ids">The Entity has one of them; empty where any id will do.</param>
/// <param name="TypeGroups">
/// The Entity has all types of at least one group, so <c>(A;B)|C</c> is [[A, B], [C]]; empty where any type will do.
/// </param>
public sealed record SelectorBounds(ImmutableArray<string> Ids, ImmutableArray<ImmutableArray<string>> TypeGroups)
{
    internal static ImmutableArray<SelectorBounds> Of(ImmutableArray<EntitySelector> selectors)
    {
        var bounds = ImmutableArray.CreateBuilder<SelectorBounds>(selectors.Length);
        foreach (var selector in selectors)
        {
            var groups = TypeBounds.Groups(selector.Type);
            if (selector.Ids.IsEmpty && groups.IsEmpty) return [];
            bounds.Add(new(selector.Ids, groups));
        }

        return bounds.MoveToImmutable();
    }
}

/// <summary>What some value of an Attribute fulfils. The Attribute is named by its expanded name.</summary>
public abstract record ValueBound(string Attribute);

/// <summary>Some number of the Attribute lies between the ends.</summary>
/// <param name="Attribute">Expanded name.</param>
/// <param name="Low">Perhaps negative infinity.</param>
/// <param name="LowIncluded">Whether the low end itself will do.</param>
/// <param name="High">Perhaps positive infinity.</param>
/// <param name="HighIncluded">Whether the high end itself will do.</param>
public sealed record NumberBound(string Attribute, double Low, bool LowIncluded, double High, bool HighIncluded)
    : ValueBound(Attribute)
{
    public bool Includes(double number) =>
        (LowIncluded ? number >= Low : number > Low) && (HighIncluded ? number <= High : number < High);
}

/// <summary>Some string or URI of the Attribute is one of these (compare <see cref="IndexKeys.Hash(string)"/>).</summary>
public sealed record TextBound(string Attribute, ImmutableArray<string> Texts) : ValueBound(Attribute);

/// <summary>Some geometry of the Attribute has an envelope that meets one of the boxes.</summary>
public sealed record GeoBound(string Attribute, ImmutableArray<GeoBox> Boxes)
{
    /// <summary>Null where the relation holds far away too (disjoint, minDistance), or the path is no plain Attribute.</summary>
    internal static GeoBound? Of(GeoQuery query) => !query.Path.IsPlain ? null : query.Relation switch
    {
        GeoRelation.Disjoint or GeoRelation.NearMinDistance => null,
        GeoRelation.NearMaxDistance =>
            new(query.Path.Names[0], GreatCircle.Around(GeoBox.Of(query.Geometry), query.DistanceMetres)),
        _ => new(query.Path.Names[0], [GeoBox.Of(query.Geometry)]),
    };
}
