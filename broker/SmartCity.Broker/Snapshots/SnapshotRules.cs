using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>What a client may say of a Snapshot, and what follows from it (ETSI GS CIM 009 5.2.41, 5.16.1.4, 5.16.4.4).</summary>
/// <param name="settings">How many queries, and how long one lives.</param>
/// <param name="limits">How deep JSON may nest, and links may lead.</param>
/// <param name="notifier">Knows which endpoints can be told.</param>
internal sealed class SnapshotRules(SnapshotSettings settings, Limits limits, SnapshotNotifier notifier)
{
    public Result<Snapshot> Read(ReadOnlyMemory<byte> body, SnapshotInput input, Context context) =>
        SnapshotReader.Read(body, input, context, limits.JsonDepth).Then(Check);

    /// <summary>A Snapshot with what a Fragment says of it.</summary>
    public Result<Snapshot> Merge(Snapshot snapshot, ReadOnlyMemory<byte> fragment, Context context, DateTimeOffset now)
    {
        if (!SnapshotReader.Merge(snapshot, fragment, context, limits.JsonDepth).TryGet(out var merged, out var error)) return error;
        if (notifier.Objection(merged) is { } objection) return objection;
        // A lifetime counts from when it is given, even where it is the same as before; otherwise the end stays.
        var expiresAt = ReferenceEquals(merged.Lifetime, snapshot.Lifetime) ? merged.ExpiresAt : now + LifetimeOf(merged);
        return merged with { ModifiedAt = now, ExpiresAt = expiresAt };
    }

    /// <summary>A new Snapshot, as it stands before anything is in it.</summary>
    public Snapshot Begin(Snapshot given, DateTimeOffset now) => given with
    {
        Id = given.Id.Length > 0 ? given.Id : $"urn:ngsi-ld:Snapshot:{Guid.CreateVersion7(now)}",
        Status = SnapshotStatus.Preparing,
        CreatedAt = now,
        ModifiedAt = now,
        LastUsedAt = now,
        ExpiresAt = now + LifetimeOf(given),
    };

    private Result<Snapshot> Check(Snapshot snapshot)
    {
        var count = snapshot.Queries.Length + snapshot.TemporalQueries.Length;
        if (count > settings.Queries) return NgsiLdError.BadRequestData($"the Snapshot has {count} queries; {settings.Queries} are allowed");
        foreach (var query in snapshot.Queries)
        {
            if (NgsiLd.Queries.Join.Refuse(query.Join.Level, limits.JoinLevels, "joinLevel") is { } tooDeep) return tooDeep;
        }

        return notifier.Objection(snapshot) is { } objection ? objection : snapshot;
    }

    private TimeSpan LifetimeOf(Snapshot snapshot)
    {
        var longest = TimeSpan.FromDays(settings.LongestDays);
        var lifetime = snapshot.Lifetime?.Value ?? TimeSpan.FromDays(settings.Days);
        return lifetime < longest ? lifetime : longest;
    }
}
