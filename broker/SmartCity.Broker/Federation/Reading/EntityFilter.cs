using SmartCity.Broker.Entities;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Whether assembled Entities are meant by a query. What q asks of linked Entities is fetched for all of them together: there is no "not"
/// around a term, so that what holds without some Entities holds with them.
/// </summary>
/// <param name="query">What is asked for.</param>
/// <param name="entities">Finds linked Entities, here and at sources.</param>
/// <param name="call">The request.</param>
internal sealed class EntityFilter(EntityQuery query, IEntityOperations entities, Call call)
{
    private readonly Dictionary<string, PackedEntity?> _linked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private EntityMatcher? _matcher;

    public bool FollowsLinks { get; } = query.Q is { } q && LinkDepth.Of(q) > 0;

    /// <summary>Puts null in the place of what is not meant.</summary>
    public async ValueTask ApplyAsync(PackedEntity?[] found, CancellationToken cancellation)
    {
        _matcher ??= new(query, Find);
        var open = new List<int>();
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i] is { } entity && !_matcher.Matches(entity)) open.Add(i);
        }

        while (_missing.Count > 0)
        {
            var ids = _missing.ToArray();
            _missing.Clear();
            var linked = await entities.FindManyAsync(call, ids, cancellation).ConfigureAwait(false);
            foreach (var id in ids) _linked[id] = null;
            if (linked.IsSuccess)
            {
                foreach (var one in linked.Value.Entities) _linked[one.Id] = one;
            }

            open.RemoveAll(i => _matcher.Matches(found[i]!));
        }

        foreach (var i in open) found[i] = null;
    }

    private PackedEntity? Find(string id)
    {
        if (_linked.TryGetValue(id, out var entity)) return entity;
        _missing.Add(id);
        return null;
    }
}
