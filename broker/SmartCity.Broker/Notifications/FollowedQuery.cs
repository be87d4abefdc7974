using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// A q that asks for linked Entities (ETSI GS CIM 009 4.9), decided without waiting for a store inside of the matcher: it tells which
/// Entities it lacks, these are fetched, and it is asked again. There is no "not" around a term, so that what holds without some
/// Entities holds with them.
/// </summary>
internal sealed class FollowedQuery
{
    private readonly EntityMatcher _matcher;
    private readonly Dictionary<string, PackedEntity?> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);

    public FollowedQuery(QExpression q, ImmutableArray<string> datasetIds) =>
        _matcher = new(new EntityQuery { Q = q, DatasetIds = datasetIds }, Find);

    public async ValueTask<bool> MatchesAsync(PackedEntity entity, IEntityOperations entities, Call call, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (true)
            {
                _missing.Clear();
                if (_matcher.Matches(entity)) return true;
                if (_missing.Count == 0) return false;
                var ids = _missing.ToArray();
                var found = await entities.FindManyAsync(call, ids, cancellation).ConfigureAwait(false);
                if (!found.TryGet(out var some, out _)) return false;
                foreach (var id in ids) _known[id] = null;
                foreach (var one in some.Entities) _known[one.Id] = one;
            }
        }
        finally
        {
            _known.Clear();
            _one.Release();
        }
    }

    private PackedEntity? Find(string id)
    {
        if (_known.TryGetValue(id, out var entity)) return entity;
        _missing.Add(id);
        return null;
    }
}
