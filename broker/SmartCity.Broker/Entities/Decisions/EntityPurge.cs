using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// Purge (ETSI GS CIM 009 5.6.21) of one of the Entities that the query has found, if it still matches: somebody may have
/// changed it since.
/// </summary>
internal sealed record EntityPurge(string Id, EntityMatcher Matcher, PurgeExtent Extent)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (before is null || Extent.Spared.Contains(Id) || !Matcher.Matches(before))
        {
            return new EntityChange { EntityId = Id, Before = before, After = before, At = now };
        }

        if (Extent.IsWhole) return new EntityDeletion(Id, default).Decide(before, now);
        var draft = new EntityDraft(before, now);
        draft.RemoveWhere(attribute => Extent.Removes(attribute.Name));
        if (Extent.RemovesScope && draft.HasScope) draft.SetScopes([], isArray: false);
        return draft.ToChange();
    }
}
