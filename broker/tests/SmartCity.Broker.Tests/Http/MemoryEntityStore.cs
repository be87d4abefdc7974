using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Tests.Http;

/// <summary>The least store that tells the truth: for tests of what stands in front of it.</summary>
internal sealed class MemoryEntityStore(TimeProvider clock) : IEntityStore
{
    private readonly Lock _writing = new();
    private ImmutableDictionary<string, ImmutableList<PackedEntity>> _tenants =
        ImmutableDictionary<string, ImmutableList<PackedEntity>>.Empty.Add("", []);

    public ValueTask<PackedEntity?> FindAsync(string tenant, string id, CancellationToken cancellation) =>
        new(Of(tenant).Find(entity => entity.Id == id));

    public ValueTask<EntityPage> QueryAsync(string tenant, EntityQuery query, PageRequest page, CancellationToken cancellation)
    {
        var matcher = new EntityMatcher(query);
        var all = Of(tenant).Where(matcher.Matches).ToList();
        return new(new EntityPage(
            [.. all.Skip(page.Offset).Take(page.Limit)], all.Count > page.Offset + page.Limit, page.Count ? all.Count : null));
    }

    public ValueTask<ImmutableArray<Result<EntityChange>>> CommitAsync(
        string tenant, ImmutableArray<EntityWrite> writes, CancellationToken cancellation)
    {
        lock (_writing) return new([.. writes.Select(write => Commit(tenant, write))]);
    }

    public ValueTask<bool> TenantExistsAsync(string tenant, CancellationToken cancellation) => new(_tenants.ContainsKey(tenant));

    public ValueTask<ImmutableArray<TypeUse>> TypesAsync(string tenant, CancellationToken cancellation) =>
        new([.. Of(tenant).Select(entity => entity.Unpack()).SelectMany(entity => entity.Types, (entity, type) => (type, entity))
            .GroupBy(use => use.type, use => use.entity, (type, entities) => Use(type, [.. entities]))]);

    private static TypeUse Use(string type, List<Entity> entities) => new(
        type,
        entities.Count,
        [.. entities.SelectMany(entity => entity.Attributes, (entity, attribute) => (attribute, entity.Id))
            .GroupBy(use => use.attribute.Name, (name, uses) => new AttributeUse(
                name, [.. uses.Select(use => use.attribute.Kind).Distinct()], uses.Select(use => use.Id).Distinct().Count()))]);

    private ImmutableList<PackedEntity> Of(string tenant) => _tenants.GetValueOrDefault(tenant, []);

    private Result<EntityChange> Commit(string tenant, EntityWrite write)
    {
        var entities = Of(tenant);
        var at = entities.FindIndex(entity => entity.Id == write.EntityId);
        var decided = write.Decide(at < 0 ? null : entities[at], clock.GetUtcNow());
        if (!decided.TryGet(out var change, out _) || change.IsEmpty) return decided;
        entities = change.After is null ? entities.RemoveAt(at) : at < 0 ? entities.Add(change.After) : entities.SetItem(at, change.After);
        _tenants = _tenants.SetItem(tenant, entities);
        return decided;
    }
}
