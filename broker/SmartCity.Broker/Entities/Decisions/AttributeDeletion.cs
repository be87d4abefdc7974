using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Delete Attribute (ETSI GS CIM 009 5.6.5): one instance, or all of them; scope counts as an Attribute here.</summary>
internal sealed record AttributeDeletion(string Id, EntityGuard Guard, string Name, string? DatasetId, bool All)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (!Guard.Lets(before)) return Guard.NotFound(Id);
        var draft = new EntityDraft(before, now);
        if (EntityMembers.IsScope(Name))
        {
            if (!draft.HasScope) return NgsiLdError.NotFound($"Entity {Id} has no scope");
            draft.SetScopes([], isArray: false);
            return draft.ToChange();
        }

        var removed = All
            ? draft.RemoveWhere(attribute => attribute.Name == Name)
            : draft.Remove(Name, DatasetId);
        return removed ? draft.ToChange() : Instances.NotFound(Id, Name, All ? null : DatasetId);
    }
}
