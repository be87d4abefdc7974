using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// Partial Attribute Update (ETSI GS CIM 009 5.6.4, 5.5.8): members of existing instances are replaced, added, or removed by
/// NGSI-LD Null; the kind stays.
/// </summary>
internal sealed record AttributePartialUpdate(string Id, EntityGuard Guard, string Name, ImmutableArray<Attribute> Fragment)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (!Guard.Lets(before)) return Guard.NotFound(Id);
        var draft = new EntityDraft(before, now);
        foreach (var patch in Fragment)
        {
            var target = draft.Find(Name, patch.DatasetId);
            if (target is null) return Instances.NotFound(Id, Name, patch.DatasetId);
            if (NgsiLdNull.Is(patch))
            {
                draft.Remove(Name, patch.DatasetId);
                continue;
            }

            if (NgsiLdNulls.InValue(patch)) return NgsiLdNulls.OnlyInMerges(patch);
            if (!AttributePatch.Shallow(target, patch).TryGet(out var patched, out var error)) return error;
            draft.Put(patched);
        }

        return draft.ToChange();
    }
}
