using System.Collections.Immutable;
using System.Globalization;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.StoreContract;

/// <summary>Small decisions and Entities for tests.</summary>
public static class Writes
{
    public const string Vehicle = "https://example.org/Vehicle";
    public const string Building = "https://example.org/Building";
    public const string Speed = "https://example.org/speed";
    public const string Colour = "https://example.org/colour";
    public const string Owner = "https://example.org/owner";
    public const string Location = "https://uri.etsi.org/ngsi-ld/location";

    public static Entity Entity(string id, params Attribute[] attributes) => new()
    {
        Id = id,
        Types = [Vehicle],
        Attributes = [.. attributes],
    };

    public static Property Number(string name, double value) => new()
    {
        Name = name,
        Value = JsonValue.Of(value.ToString(CultureInfo.InvariantCulture)),
    };

    public static Property Text(string name, string value) => new() { Name = name, Value = JsonValue.Of($"\"{value}\"") };

    /// <summary>Puts an Entity there, whatever there is.</summary>
    public static EntityWrite Put(Entity entity) => new(entity.Id, (before, now) =>
    {
        var after = PackedEntity.Pack(entity with
        {
            CreatedAt = before?.CreatedAt ?? now,
            ModifiedAt = now,
            Attributes = [.. entity.Attributes.Select(a => a with { CreatedAt = now, ModifiedAt = now })],
        });
        return Change(entity.Id, before, after, now);
    });

    /// <summary>AlreadyExists where there is one.</summary>
    public static EntityWrite Create(Entity entity)
    {
        var put = Put(entity);
        return new(entity.Id, (before, now) =>
            before is null ? put.Decide(null, now) : NgsiLdError.AlreadyExists($"{entity.Id} exists."));
    }

    public static EntityWrite Delete(string id) => new(id, (before, now) =>
        before is null ? NgsiLdError.NotFound($"{id} is not there.") : Change(id, before, null, now));

    /// <summary>Adds one to a number, if the Entity is there.</summary>
    public static EntityWrite Increment(string id, string name) => new(id, (before, now) =>
    {
        if (before is null) return NgsiLdError.NotFound($"{id} is not there.");
        var entity = before.Unpack();
        var old = (Property)entity.Attributes.Single(a => a.Name == name);
        var value = double.Parse(old.Value.ToString(), CultureInfo.InvariantCulture) + 1;
        var next = old with { Value = JsonValue.Of(value.ToString(CultureInfo.InvariantCulture)), ModifiedAt = now };
        var after = PackedEntity.Pack(entity with { ModifiedAt = now, Attributes = entity.Attributes.Replace(old, next) });
        return new EntityChange
        {
            EntityId = id,
            Before = before,
            After = after,
            At = now,
            Attributes = [new(name, null, AttributeChangeKind.Updated)],
        };
    });

    /// <summary>Leaves everything as it is.</summary>
    public static EntityWrite Nothing(string id) => new(id, (before, now) => Change(id, before, before, now));

    public static EntityWrite Throw(string id) => new(id, (_, _) => throw new InvalidOperationException("A bug in a decision."));

    public static EntityChange Change(string id, PackedEntity? before, PackedEntity? after, DateTimeOffset now)
    {
        var (old, next) = (before?.Unpack().Attributes ?? [], after?.Unpack().Attributes ?? []);
        var changes = ImmutableArray.CreateBuilder<AttributeChange>();
        foreach (var attribute in next)
        {
            var was = old.FirstOrDefault(a => a.Name == attribute.Name && a.DatasetId == attribute.DatasetId);
            changes.Add(new(attribute.Name, attribute.DatasetId, was is null ? AttributeChangeKind.Created : AttributeChangeKind.Updated));
        }

        foreach (var attribute in old)
        {
            if (next.Any(a => a.Name == attribute.Name && a.DatasetId == attribute.DatasetId)) continue;
            changes.Add(new(attribute.Name, attribute.DatasetId, AttributeChangeKind.Deleted));
        }

        return new()
        {
            EntityId = id,
            Before = before,
            After = after,
            At = now,
            Attributes = ReferenceEquals(before, after) ? [] : changes.ToImmutable(),
        };
    }
}
