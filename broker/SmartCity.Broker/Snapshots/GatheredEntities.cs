using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Snapshots;

/// <summary>
/// What the queries of a Snapshot have found: each Entity once, with all that any of them keeps of it.
/// </summary>
/// <param name="most">Entities at most.</param>
internal sealed class GatheredEntities(int most)
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<PackedEntity> _all = [];

    /// <summary>In the order in which they were found.</summary>
    public IReadOnlyList<PackedEntity> All => _all;

    /// <summary>Adds all that one query found; false, and nothing is added, where that is too much.</summary>
    /// <param name="found">Entities, what is kept of each, and whether it was only linked to.</param>
    /// <param name="datasetIds">Instances to keep of those that are not.</param>
    public bool TryAdd(IReadOnlyList<(PackedEntity Entity, Extent Extent, bool IsLinked)> found, ImmutableArray<string> datasetIds)
    {
        var added = found.Select(one => one.Entity.Id).Where(id => !_places.ContainsKey(id)).Distinct(StringComparer.Ordinal).Count();
        if (_all.Count + added > most) return false;
        foreach (var (entity, extent, isLinked) in found) Add(Kept(entity, extent, isLinked ? [] : datasetIds));
        return true;
    }

    private void Add(PackedEntity entity)
    {
        if (_places.TryAdd(entity.Id, _all.Count)) _all.Add(entity);
        else if (_places[entity.Id] is var place && !ReferenceEquals(_all[place], entity)) _all[place] = Together(_all[place], entity);
    }

    private static PackedEntity Kept(PackedEntity entity, Extent extent, ImmutableArray<string> datasetIds)
    {
        if (extent.IsWhole && datasetIds.IsEmpty) return entity;
        var all = true;
        foreach (var attribute in entity.Attributes)
        {
            var datasetId = attribute.DatasetId.IsEmpty ? "@none" : Encoding.UTF8.GetString(attribute.DatasetId);
            all &= extent.Shows(attribute.Name.Iri) && (datasetIds.IsEmpty || datasetIds.Contains(datasetId));
        }

        var showsScope = extent.Shows("scope");
        if (all && (showsScope || entity.ScopeCount == 0)) return entity;
        var whole = entity.Unpack();
        return PackedEntity.Pack(whole with
        {
            Scopes = showsScope ? whole.Scopes : [],
            Attributes = [.. whole.Attributes.Where(one => extent.Shows(one.Name) && (datasetIds.IsEmpty || datasetIds.Contains(one.DatasetId ?? "@none")))],
        });
    }

    // An Attribute that both have is as the second one has it, which is the newer.
    private static PackedEntity Together(PackedEntity first, PackedEntity second)
    {
        var (older, newer) = (first.Unpack(), second.Unpack());
        var names = newer.Attributes.Select(one => (one.Name, one.DatasetId)).ToHashSet();
        return PackedEntity.Pack(newer with
        {
            Types = [.. newer.Types.Union(older.Types)],
            Scopes = newer.Scopes.IsEmpty ? older.Scopes : newer.Scopes,
            ScopeIsArray = newer.Scopes.IsEmpty ? older.ScopeIsArray : newer.ScopeIsArray,
            // Instances of one name stand side by side.
            Attributes =
            [
                .. newer.Attributes.Concat(older.Attributes.Where(one => !names.Contains((one.Name, one.DatasetId))))
                    .GroupBy(one => one.Name).SelectMany(instances => instances),
            ],
        });
    }
}
