using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Geometries;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>A geometry of the Entity relates to a given one (ETSI GS CIM 009 4.10); any instance will do (5.7.2.4).</summary>
internal sealed class GeoCondition(GeoQuery query, DatasetFilter? datasets) : PathCondition(query.Path.Names, datasets)
{
    private readonly GeoTest _test = GeoTest.Of(query);

    protected override bool HoldsFor(in PackedAttribute attribute) =>
        attribute.Kind == AttributeKind.GeoProperty && _test.Holds(attribute.Value);
}
