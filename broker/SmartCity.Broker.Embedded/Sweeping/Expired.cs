using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Sweeping;

/// <summary>The change that removes what has expired of an Entity.</summary>
internal static class Expired
{
    /// <param name="entity">Something of it has expired.</param>
    /// <param name="now">The time of the change.</param>
    public static EntityChange Remove(PackedEntity entity, DateTimeOffset now)
    {
        var left = entity.At(now.UtcTicks)?.Unpack();
        var changes = ImmutableArray.CreateBuilder<AttributeChange>();
        var kept = ImmutableArray.CreateBuilder<NgsiLd.Entities.Attribute>();
        foreach (var attribute in entity.Attributes)
        {
            // What is left stands in the same order.
            var datasetId = attribute.DatasetId.IsEmpty ? null : Encoding.UTF8.GetString(attribute.DatasetId);
            var next = left is not null && kept.Count < left.Attributes.Length ? left.Attributes[kept.Count] : null;
            if (next is null || next.Name != attribute.Name.Iri || next.DatasetId != datasetId)
            {
                changes.Add(new(attribute.Name.Iri, datasetId, AttributeChangeKind.Deleted));
                continue;
            }

            var isChanged = Transient(attribute.SubAttributes, now.UtcTicks);
            if (isChanged) changes.Add(new(next.Name, datasetId, AttributeChangeKind.Updated));
            kept.Add(isChanged ? next with { ModifiedAt = now } : next);
        }

        return new()
        {
            EntityId = entity.Id,
            Before = entity,
            After = left is null ? null : PackedEntity.Pack(left with { ModifiedAt = now, Attributes = kept.ToImmutable() }),
            At = now,
            Attributes = changes.ToImmutable(),
        };
    }

    private static bool Transient(PackedAttributes attributes, long nowTicks)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.ExpiresAtTicks <= nowTicks || Transient(attribute.SubAttributes, nowTicks)) return true;
        }

        return false;
    }
}
