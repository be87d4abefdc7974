using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>The Snapshots that there are, by id and by space.</summary>
/// <param name="clock">Expiry and uses.</param>
public sealed class KnownSnapshots(TimeProvider clock) : ISnapshotSpaces
{
    /// <summary>
    /// How long a space rests before another Snapshot has it: what is under way in the background of the store for the old one is done
    /// by then.
    /// </summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Tenant, string Id), KeptSnapshot> _byId = [];
    private readonly Dictionary<string, KeptSnapshot> _bySpace = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _resting = new(StringComparer.Ordinal);

    public Result<string> Use(string tenant, string id)
    {
        if (!Iri.IsAbsolute(id)) return NgsiLdError.BadRequestData($"the Snapshot '{id}' is not a URI");
        if (Find(tenant, id) is not { } kept) return NgsiLdError.NotFound($"there is no Snapshot {id}");
        if (kept.Stored.Status == SnapshotStatus.Preparing)
            return new NgsiLdError(NgsiLdErrorKind.Conflict, $"the Snapshot {id} is still being prepared");
        kept.Use(clock.GetUtcNow());
        return kept.Space;
    }

    public string? SnapshotOf(string space)
    {
        lock (_lock) return _bySpace.GetValueOrDefault(space)?.Stored.Id;
    }

    /// <summary>Null where there is none, or where it has expired.</summary>
    internal KeptSnapshot? Find(string tenant, string id)
    {
        lock (_lock)
        {
            return _byId.TryGetValue((tenant, id), out var kept) && !kept.IsExpiredAt(clock.GetUtcNow()) ? kept : null;
        }
    }

    /// <summary>Those that nobody has deleted, whether or not they have expired; of one tenant, or of all.</summary>
    internal List<KeptSnapshot> All(string? tenant = null)
    {
        lock (_lock) return [.. _byId.Values.Where(kept => tenant is null || kept.Tenant == tenant)];
    }

    /// <summary>The same with those whose content is being removed.</summary>
    internal List<KeptSnapshot> Everything()
    {
        lock (_lock) return [.. _bySpace.Values];
    }

    /// <summary>A space for a new Snapshot.</summary>
    internal string FreeSpace(string tenant)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            foreach (var (space, since) in _resting)
            {
                if (now - since >= Rest) _resting.Remove(space);
            }

            for (var number = 1; ; number++)
            {
                var space = SnapshotSpace.Of(tenant, number);
                if (!_bySpace.ContainsKey(space) && !_resting.ContainsKey(space)) return space;
            }
        }
    }

    internal void Add(KeptSnapshot kept)
    {
        lock (_lock)
        {
            _bySpace[kept.Space] = kept;
            if (!kept.IsGone) _byId[(kept.Tenant, kept.Stored.Id)] = kept;
        }
    }

    /// <summary>Nobody finds it any more; its space is still taken.</summary>
    internal void Hide(KeptSnapshot kept)
    {
        lock (_lock)
        {
            kept.IsGone = true;
            _byId.Remove((kept.Tenant, kept.Stored.Id));
        }
    }

    /// <summary>Its content is removed.</summary>
    internal void Forget(KeptSnapshot kept)
    {
        lock (_lock)
        {
            _bySpace.Remove(kept.Space);
            _resting[kept.Space] = clock.GetUtcNow();
        }
    }
}
