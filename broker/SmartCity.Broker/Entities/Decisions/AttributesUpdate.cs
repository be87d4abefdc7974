using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// Update Attributes (ETSI GS CIM 009 5.6.2, 5.5.8): whole Attribute instances are replaced, added, or removed by NGSI-LD Null.
/// </summary>
internal sealed record AttributesUpdate(string Id, EntityGuard Guard, Entity Fragment)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (!Guard.Lets(before)) return Guard.NotFound(Id);
        var draft = new EntityDraft(before, now);
        foreach (var attribute in Fragment.Attributes)
        {
            if (NgsiLdNull.Is(attribute))
            {
                draft.Remove(attribute.Name, attribute.DatasetId);
                continue;
            }

            if (Instances.LacksValue(attribute)) return Instances.NoValue(attribute);
            if (NgsiLdNulls.InValue(attribute)) return NgsiLdNulls.OnlyInMerges(attribute);
            draft.Put(NgsiLdNulls.Without(attribute));
        }

        draft.AddTypes(Fragment.Types);
        if (draft.HasScope) draft.PatchScopes(Fragment.Scopes, Fragment.ScopeIsArray);
        draft.PatchExpiry(Fragment.ExpiresAt);
        return draft.ToChange();
    }
}
