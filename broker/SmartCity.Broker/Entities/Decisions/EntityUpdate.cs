using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// One element of Batch Entity Upsert that can only update (ETSI GS CIM 009 5.6.8, 5.6.2): it holds what no new Entity may.
/// </summary>
/// <param name="Fragment">Its id is that of the Entity.</param>
/// <param name="WhyNotCreate">The error where there is no Entity.</param>
internal sealed record EntityUpdate(Entity Fragment, NgsiLdError WhyNotCreate)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now) =>
        before is null ? WhyNotCreate : new AttributesUpdate(Fragment.Id, default, Fragment).Decide(before, now);
}
