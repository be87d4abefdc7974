using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// One element of Batch Entity Upsert (ETSI GS CIM 009 5.6.8): creates what is missing; replaces, or updates, what exists.
/// </summary>
internal sealed record EntityUpsert(Entity Entity, bool Update)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (before is null) return EntityCreation.Create(Entity, now);
        return Update
            ? new AttributesUpdate(Entity.Id, default, Entity).Decide(before, now)
            : EntityReplacement.Replace(before, Entity, now);
    }
}
