using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>GeoJSON Features (ETSI GS CIM 009 4.5.16, 4.5.17; RFC 7946).</summary>
internal ref partial struct EntityRendering
{
    private static readonly Name Location = Names.Intern("https://uri.etsi.org/ngsi-ld/location");
    private static readonly byte[][] DefaultInstance = [[]];

    public void FeatureCollection(IReadOnlyList<PackedEntity> entities)
    {
        _out.Raw("{\"type\":\"FeatureCollection\",\"features\":["u8);
        Items(entities, withContext: false);
        _out.CloseArray();
        if (_shown.IncludeContext) ContextMember();
        _out.CloseObject();
    }

    private void Feature(PackedEntity entity, bool withContext)
    {
        StartFeature(entity);
        Members(entity);
        EndFeature(withContext);
    }

    private void StartFeature(PackedEntity entity)
    {
        _out.Raw((byte)'{');
        Id(entity);
        _out.Raw("\"type\":\"Feature\",\"geometry\":"u8);
        _out.Raw(Geometry(entity));
        _out.Raw(",\"properties\":{"u8);
    }

    private void EndFeature(bool withContext)
    {
        _out.CloseObject();
        if (withContext) ContextMember();
        _out.CloseObject();
    }

    /// <summary>The algorithm of ETSI GS CIM 009 4.5.16.1.</summary>
    private readonly ReadOnlySpan<byte> Geometry(PackedEntity entity)
    {
        var name = Location;
        if (_shown.GeometryProperty is { } asked && !Names.TryFind(asked, out name)) return "null"u8;
        foreach (var instances in entity.Attributes.ByName)
        {
            if (instances.First.Name != name) continue;
            if (_datasetIds.Length == 0 && instances.IsSingle && IsGeometry(instances.First)) return instances.First.Value;
            // Of several that are asked for it is the first one: the order in which they stand is nobody's word.
            foreach (var datasetId in _datasetIds is [] ? DefaultInstance : _datasetIds)
            {
                if (instances.TryFind(name, datasetId, out var instance) && IsGeometry(instance)) return instance.Value;
            }
        }

        return "null"u8;
    }

    private static bool IsGeometry(in PackedAttribute instance) => instance.Kind == AttributeKind.GeoProperty;
}
