using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Snapshots;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Snapshots;

/// <summary>
/// Executes the queries of a Snapshot and keeps what they find (ETSI GS CIM 009 5.16.1.4). All queries for current Entities are answered
/// before the first Entity is written, so that what is frozen lies close together in time.
/// </summary>
/// <param name="entities">Answers, sources included.</param>
/// <param name="linking">Gathers what Entities link to.</param>
/// <param name="temporal">Answers, sources included.</param>
/// <param name="content">Keeps what was found.</param>
/// <param name="settings">How much that may be.</param>
internal sealed class SnapshotFilling(
    IEntityOperations entities, EntityLinking linking, ITemporalOperations temporal, SnapshotContent content, SnapshotSettings settings)
{
    private const int PageSize = 1000;

    /// <summary>The Snapshot with what its queries came to. An error is of the store, and nothing can be said of what is kept.</summary>
    public async ValueTask<Result<Snapshot>> RunAsync(Call call, KeptSnapshot kept, Reservation reserve, CancellationToken cancellation)
    {
        var (snapshot, space) = (kept.Stored, kept.Space);
        var gathered = new GatheredEntities(settings.Entities);
        var details = ImmutableArray.CreateBuilder<ExecutionResult>();
        foreach (var query in snapshot.Queries) details.Add(await GatherAsync(call, query, gathered, cancellation).ConfigureAwait(false));
        if (await reserve(kept, gathered.All.Count, cancellation).ConfigureAwait(false) is { } full)
        {
            var failed = ExecutionResult.Failed(full);
            for (var i = 0; i < details.Count; i++) details[i] = details[i].Outcome == ExecutionOutcome.Success ? failed : details[i];
        }
        else if (await content.AddAsync(space, gathered.All, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        var temporalDetails = ImmutableArray.CreateBuilder<ExecutionResult>();
        var known = snapshot.TemporalQueries.Length > 1 ? new HashSet<InstanceId>() : null;
        var left = settings.Instances;
        foreach (var query in snapshot.TemporalQueries)
        {
            var copied = await CopyAsync(call, space, query, known, left, cancellation).ConfigureAwait(false);
            if (!copied.TryGet(out var copy, out var error)) return error;
            temporalDetails.Add(copy.Result);
            left -= copy.Count;
        }

        return snapshot with
        {
            Status = SnapshotStatuses.Of(details.Concat(temporalDetails)),
            Details = details.ToImmutable(),
            TemporalDetails = temporalDetails.ToImmutable(),
        };
    }

    private async ValueTask<ExecutionResult> GatherAsync(
        Call call, SnapshotQuery query, GatheredEntities gathered, CancellationToken cancellation)
    {
        call = call with { Local = call.Local || query.IsLocal };
        var asked = query.ToQuery();
        var shown = new Representation
        {
            Pick = query.Extent.Pick,
            Omit = query.Omit,
            DatasetIds = query.DatasetIds,
            // However they are shown, linked Entities are kept as Entities.
            Join = query.Join.Kind == JoinKind.None ? Join.None : query.Join with { Kind = JoinKind.Flat },
        };
        var page = new EntityPaging(new PageRequest(0, PageSize, false));
        var found = new List<(PackedEntity Entity, Extent Extent, bool IsLinked)>();
        var warnings = new List<SourceWarning>();
        while (true)
        {
            var answered = await entities.QueryAsync(call, asked, page, cancellation).ConfigureAwait(false);
            if (!answered.TryGet(out var answer, out var error)) return ExecutionResult.Failed(error);
            foreach (var entity in answer.Entities) found.Add((entity, query.Extent, false));
            warnings.AddRange(answer.Warnings);
            var gathering = await linking.GatherAsync(call, answer.Entities, shown, cancellation).ConfigureAwait(false);
            if (!gathering.TryGet(out var links, out error)) return ExecutionResult.Failed(error);
            if (links.Linked is { } linked)
            {
                foreach (var one in linked.Flat) found.Add((one.Entity, one.Extent, true));
                warnings.AddRange(links.Warnings);
            }

            if (found.Count > settings.Entities) return ExecutionResult.Failed(TooMany);
            if (!answer.HasMore || answer.Entities.IsEmpty) break;
            page = page with { Page = page.Page with { Offset = page.Page.Offset + PageSize }, Cursor = answer.Next };
        }

        if (!gathered.TryAdd(found, query.DatasetIds)) return ExecutionResult.Failed(TooMany);
        return ResultOf(found.Count > 0, warnings);
    }

    private async ValueTask<Result<Copied>> CopyAsync(
        Call call, string space, SnapshotQuery query, HashSet<InstanceId>? known, long left, CancellationToken cancellation)
    {
        call = call with { Local = call.Local || query.IsLocal };
        var time = query.Time!.Query;
        var request = new TemporalRequest
        {
            Query = query.ToQuery(),
            Time = time,
            Attributes = AttributesOf(query),
            Shown = new() { Property = time.Property, Entity = new() { Pick = query.Extent.Pick, Omit = query.Omit } },
        };
        var exported = await temporal.ExportAsync(call, null, request, new(0, int.MaxValue, false), cancellation).ConfigureAwait(false);
        if (!exported.TryGet(out var export, out var error)) return new Copied(ExecutionResult.Failed(error), 0);
        var parts = new EvolutionParts(content, space);
        var (count, isEmpty) = (0L, true);
        await foreach (var piece in export.Pieces.WithCancellation(cancellation).ConfigureAwait(false))
        {
            isEmpty &= piece.Instances.IsEmpty;
            var instances = known is null ? piece.Instances : piece.Instances.Where(one => one.Id == default || known.Add(one.Id)).ToImmutableArray();
            count += instances.Length;
            if (count > left)
            {
                if (await parts.FinishAsync(cancellation).ConfigureAwait(false) is { } unfinished) return unfinished;
                return new Copied(ExecutionResult.Failed(TooManyInstances), count - instances.Length);
            }

            if (await parts.AddAsync(piece.Head, instances, cancellation).ConfigureAwait(false) is { } refused) return refused;
        }

        if (await parts.FinishAsync(cancellation).ConfigureAwait(false) is { } failure) return failure;
        return new Copied(ResultOf(!isEmpty, export.Warnings), count);
    }

    private NgsiLdError TooMany => new(
        NgsiLdErrorKind.TooManyResults, $"the query finds more Entities than a Snapshot may hold, which is {settings.Entities}; none of them is kept");

    private NgsiLdError TooManyInstances => new(
        NgsiLdErrorKind.TooManyResults,
        $"the query finds more instances than a Snapshot may hold, which is {settings.Instances}; those that were read before are kept");

    // As with attrs, an Entity has an instance of one that is picked.
    private static ImmutableArray<string> AttributesOf(SnapshotQuery query) => query.Attributes.IsEmpty && query.Pick is { } pick
        ? [.. pick.Members.Select(member => member.Name == "scope" ? TemporalEntity.Scope : member.Name)
            .Where(name => name == TemporalEntity.Scope || !ReservedMembers.IsProjected(name))]
        : query.Attributes;

    // A source that fails is told of even where others found something.
    private static ExecutionResult ResultOf(bool isFound, IEnumerable<SourceWarning> warnings)
    {
        const int FromCache = 110;
        var failures = warnings.Where(warning => warning.Code != FromCache)
            .Select(warning => $"{warning.Source.Id}: {warning.Text}").Distinct(StringComparer.Ordinal).ToList();
        if (failures.Count == 0) return isFound ? ExecutionResult.Found : ExecutionResult.Nothing;
        var problem = new NgsiLdError(NgsiLdErrorKind.SourceFailed, $"not all Context Sources answer: {string.Join("; ", failures)}");
        return isFound ? ExecutionResult.Found with { Problem = problem } : ExecutionResult.Failed(problem);
    }

    private readonly record struct Copied(ExecutionResult Result, long Count);
}
