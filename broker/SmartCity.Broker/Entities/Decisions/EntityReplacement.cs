using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Replace Entity (ETSI GS CIM 009 5.6.18): everything is new but createdAt of what stays.</summary>
internal sealed record EntityReplacement(string Id, EntityGuard Guard, Entity Entity)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (!Guard.Lets(before)) return Guard.NotFound(Id);
        if (WhatIsMissing(Entity) is { } error) return error;
        return Replace(before, Entity, now);
    }

    internal static EntityChange Replace(PackedEntity before, Entity entity, DateTimeOffset now)
    {
        var draft = new EntityDraft(before, now);
        foreach (var attribute in entity.Attributes) draft.Put(attribute);
        draft.RemoveUnwritten();
        draft.Types = entity.Types;
        draft.SetScopes(entity.Scopes, entity.ScopeIsArray);
        draft.ExpiresAt = entity.ExpiresAt;
        draft.Touch();
        return draft.ToChange();
    }

    // The body may have been read as a Fragment, since the address names the id.
    private static NgsiLdError? WhatIsMissing(Entity entity)
    {
        if (entity.Types.IsEmpty) return NgsiLdError.BadRequestData("type is missing: a replacement is a whole Entity");
        if (NgsiLdNulls.Is(entity.Scopes) || entity.ExpiresAt == NgsiLdNull.Time)
        {
            return NgsiLdError.BadRequestData($"scope or expiresAt is {NgsiLdNull.Uri}, which a replacement does not take");
        }

        foreach (var attribute in entity.Attributes)
        {
            if (Instances.LacksValue(attribute)) return Instances.NoValue(attribute);
            if (NgsiLdNulls.IsOrHas(attribute)) return NgsiLdNulls.NotTaken(attribute, "a replacement");
        }

        return null;
    }
}
