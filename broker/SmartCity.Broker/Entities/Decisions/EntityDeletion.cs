using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Delete Entity (ETSI GS CIM 009 5.6.6).</summary>
internal sealed record EntityDeletion(string Id, EntityGuard Guard)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (!Guard.Lets(before)) return Guard.NotFound(Id);
        var changes = ImmutableArray.CreateBuilder<AttributeChange>();
        foreach (var attribute in before.Attributes)
        {
            var datasetId = attribute.DatasetId.IsEmpty ? null : Encoding.UTF8.GetString(attribute.DatasetId);
            changes.Add(new(attribute.Name.Iri, datasetId, AttributeChangeKind.Deleted));
        }

        return new EntityChange { EntityId = Id, Before = before, After = null, At = now, Attributes = changes.ToImmutable() };
    }
}
