using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// Merge Entity (ETSI GS CIM 009 5.6.17, 5.5.12): a JSON Merge Patch (RFC 7396) to arbitrary depth, where NGSI-LD Null removes.
/// </summary>
internal sealed record EntityMerge(string Id, EntityGuard Guard, Entity Fragment, MergeOptions Options)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (!Guard.Lets(before)) return Guard.NotFound(Id);
        var draft = new EntityDraft(before, now);
        foreach (var patch in Fragment.Attributes)
        {
            if (NgsiLdNull.Is(patch))
            {
                draft.Remove(patch.Name, patch.DatasetId);
                continue;
            }

            var target = draft.Find(patch.Name, patch.DatasetId);
            if (!Merge(target, patch).TryGet(out var merged, out var error)) return error;
            draft.Put(merged);
        }

        draft.AddTypes(Fragment.Types);
        draft.PatchScopes(Fragment.Scopes, Fragment.ScopeIsArray);
        draft.PatchExpiry(Fragment.ExpiresAt);
        return draft.ToChange();
    }

    private Result<NgsiLd.Entities.Attribute> Merge(NgsiLd.Entities.Attribute? target, NgsiLd.Entities.Attribute patch)
    {
        if (target is null)
        {
            return Instances.LacksValue(patch) ? Instances.NoValue(patch) : NgsiLdNulls.Without(patch);
        }

        if (!BareValue.For(target, patch, Options).TryGet(out var fitting, out var error)) return error;
        if (Options.ObservedAt is { } common && target.ObservedAt is not null && fitting.ObservedAt is null)
        {
            fitting = fitting with { ObservedAt = common };
        }

        return AttributePatch.Deep(target, fitting);
    }
}
