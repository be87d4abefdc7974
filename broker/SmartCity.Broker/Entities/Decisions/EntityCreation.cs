using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Create Entity (ETSI GS CIM 009 5.6.1).</summary>
internal sealed record EntityCreation(Entity Entity)
{
    public Result<EntityChange> Decide(PackedEntity? before, DateTimeOffset now) =>
        before is null
            ? Create(Entity, now)
            : NgsiLdError.AlreadyExists($"Entity {Entity.Id} exists already");

    internal static EntityChange Create(Entity entity, DateTimeOffset now)
    {
        var attributes = ImmutableArray.CreateBuilder<NgsiLd.Entities.Attribute>(entity.Attributes.Length);
        var changes = ImmutableArray.CreateBuilder<AttributeChange>(entity.Attributes.Length);
        foreach (var attribute in entity.Attributes)
        {
            attributes.Add(SystemTimes.OfNew(attribute, now));
            changes.Add(new(attribute.Name, attribute.DatasetId, AttributeChangeKind.Created));
        }

        var created = entity with { Attributes = attributes.MoveToImmutable(), CreatedAt = now, ModifiedAt = now };
        return new()
        {
            EntityId = entity.Id,
            Before = null,
            After = PackedEntity.Pack(created),
            At = now,
            Attributes = changes.MoveToImmutable(),
        };
    }
}
