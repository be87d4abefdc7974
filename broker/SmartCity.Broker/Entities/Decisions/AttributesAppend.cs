using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Append Attributes (ETSI GS CIM 009 5.6.3), and one element of Batch Entity Update (5.6.9).</summary>
internal sealed record AttributesAppend(string Id, EntityGuard Guard, Entity Fragment, bool NoOverwrite)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (!Guard.Lets(before)) return Guard.NotFound(Id);
        if (Refuse(Fragment) is { } error) return error;
        var draft = new EntityDraft(before, now);
        foreach (var attribute in Fragment.Attributes)
        {
            if (Instances.LacksValue(attribute)) return Instances.NoValue(attribute);
            if (!NoOverwrite || draft.Find(attribute.Name, attribute.DatasetId) is null) draft.Put(attribute);
            else draft.LeaveAsItIs(attribute, "it exists already and noOverwrite is set");
        }

        draft.AddTypes(Fragment.Types);
        if (NoOverwrite) draft.AddScopes(Fragment.Scopes);
        else if (!Fragment.Scopes.IsEmpty) draft.SetScopes(Fragment.Scopes, Fragment.ScopeIsArray);
        if (!NoOverwrite || draft.ExpiresAt is null) draft.PatchExpiry(Fragment.ExpiresAt);
        return draft.ToChange();
    }

    /// <summary>What is wrong with a Fragment whatever it is appended to; null where nothing is. NGSI-LD Null belongs to updates and merges (5.5.4).</summary>
    public static NgsiLdError? Refuse(Entity fragment)
    {
        foreach (var attribute in fragment.Attributes)
        {
            if (NgsiLdNulls.IsOrHas(attribute)) return NgsiLdNulls.NotTaken(attribute, "an append");
        }

        return NgsiLdNulls.Is(fragment.Scopes) || fragment.ExpiresAt == NgsiLdNull.Time
            ? NgsiLdError.BadRequestData($"scope or expiresAt is {NgsiLdNull.Uri}, which an append does not take")
            : null;
    }
}
