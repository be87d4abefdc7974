using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Replace Entity (ETSI GS CIM 009 5.6.18): everything is new but createdAt of what stays.</summary>
internal sealed record EntityReplacement(string Id, EntityGuard Guard, Entity Entity)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        return Guard.Lets(before) ? Replace(before, Entity, now) : Guard.NotFound(Id);
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
}
