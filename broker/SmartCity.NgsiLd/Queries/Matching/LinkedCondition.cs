using System.Text;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Linking;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary><c>rel{Type:path}</c>: something holds for an Entity that the Relationship links to (ETSI GS CIM 009 4.9).</summary>
/// <param name="names">Lead to the Relationship.</param>
/// <param name="datasets">Null where all instances count.</param>
/// <param name="types">What the linked Entity has one of; empty for any.</param>
/// <param name="inner">Holds for the linked Entity.</param>
/// <param name="find">Gives an Entity by its id, or null.</param>
internal sealed class LinkedCondition(
    IEnumerable<string> names, DatasetFilter? datasets, LateName[] types, Condition inner, Func<string, PackedEntity?> find)
    : PathCondition(names, datasets)
{
    protected override bool HoldsFor(in PackedAttribute attribute)
    {
        foreach (var target in new LinkTargets(attribute))
        {
            if (HoldsForTarget(target)) return true;
        }

        return false;
    }

    private bool HoldsForTarget(ReadOnlySpan<byte> json)
    {
        using var id = new UnescapedText(json);
        return find(Encoding.UTF8.GetString(id.Span)) is { } entity && HasType(entity) && inner.Holds(entity);
    }

    private bool HasType(PackedEntity entity)
    {
        foreach (var type in types)
        {
            if (type.TryGet(out var name) && entity.HasType(name)) return true;
        }

        return types.Length == 0;
    }
}
