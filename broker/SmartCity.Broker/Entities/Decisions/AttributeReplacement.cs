using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Replace Attribute (ETSI GS CIM 009 5.6.19): existing instances get new content and keep their createdAt.</summary>
internal sealed record AttributeReplacement(string Id, EntityGuard Guard, string Name, ImmutableArray<Attribute> Replacements)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now)
    {
        if (!Guard.Lets(before)) return Guard.NotFound(Id);
        var draft = new EntityDraft(before, now);
        foreach (var instance in Replacements)
        {
            if (draft.Find(Name, instance.DatasetId) is null) return Instances.NotFound(Id, Name, instance.DatasetId);
            if (Instances.LacksValue(instance)) return Instances.NoValue(instance);
            if (NgsiLdNulls.IsOrHas(instance)) return NgsiLdNulls.NotTaken(instance, "a replacement");
            draft.Put(instance);
        }

        return draft.ToChange();
    }
}
