using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// Batches whose Entities, or parts of them, sources have (ETSI GS CIM 009 5.6.7 - 5.6.10, 5.6.20): each source gets one batch with what is its own,
/// or where it knows no batches one request after the other.
/// </summary>
internal sealed class FederatedBatches(
    IEntityOperations own, IContextRegistry registry, IContextSourceClient client, FederationSettings settings, TimeProvider clock)
{
    public async ValueTask<Result<BatchOutcome>> WriteAsync(
        Call call, BatchKind kind, ImmutableArray<BatchItem> items, MergeOptions options, CancellationToken cancellation)
    {
        var results = new BatchResults(items, kind is BatchKind.Create or BatchKind.UpsertReplace or BatchKind.UpsertUpdate);
        var asked = new List<(ImmutableArray<Request> Requests, Task<ImmutableArray<SourceAnswer<BatchOutcome>>> Answers)>();
        var sources = new HashSet<string>(StringComparer.Ordinal);
        for (var left = items; !left.IsEmpty;)
        {
            call = call with { Stamp = await registry.StampAsync(cancellation) };
            var plan = (await PlanAsync(call, kind, left, options, cancellation)).Without(sources);
            ImmutableArray<Request> requests = [.. plan.Shares.SelectMany(share => Requests(call, kind, options, share))];
            if (!requests.IsEmpty) asked.Add((requests, SourceRequests.AllAsync([.. requests.Select(request => request.Ask)], settings, clock, cancellation)));
            results.Add(plan.Refused);
            if (plan.Rest.IsEmpty) break;
            var done = await own.BatchAsync(call, kind, plan.Rest, options, cancellation);
            // What a registration has come between is divided anew; who has been asked is not asked again, nor refused again.
            var outdated = Outdated(plan.Rest, done);
            if (outdated.IsEmpty && plan.IsLocal && left == items) return done;
            results.Add(plan.Rest.RemoveRange(outdated), outdated.IsEmpty ? done : Decided(done.Value));
            sources.UnionWith(plan.Shares.Select(static share => share.Source.Id));
            sources.UnionWith(plan.Refused.Select(static refused => refused.Part.Source.Id));
            left = outdated;
        }

        foreach (var (requests, answering) in asked)
        {
            var answers = await answering;
            for (var i = 0; i < answers.Length; i++) results.Add(requests[i].Share, answers[i]);
        }

        return results.ToOutcome();
    }

    private async ValueTask<BatchPlan> PlanAsync(
        Call call, BatchKind kind, ImmutableArray<BatchItem> items, MergeOptions options, CancellationToken cancellation)
    {
        if (!registry.HasAny(call.Tenant)) return new([], [], items);
        var here = await FindAsync(call, kind, items, cancellation);
        return BatchPlan.Of(kind, items, options, here, new BatchCandidates(call, registry).Of);
    }

    // Nothing that is decided comes after what is outdated: of an id that occurs again it is the last ones.
    private static ImmutableArray<BatchItem> Outdated(ImmutableArray<BatchItem> items, Result<BatchOutcome> done)
    {
        if (!done.TryGet(out var outcome, out _) || !outcome.Errors.Any(IsOutdated)) return [];
        var counts = outcome.Errors.Where(IsOutdated).CountBy(static error => error.EntityId).ToDictionary();
        var outdated = new Stack<BatchItem>();
        for (var i = items.Length - 1; i >= 0; i--)
        {
            var isRead = items[i].Error is null || items[i].Update is not null;
            if (!isRead || !counts.TryGetValue(items[i].EntityId, out var count) || count == 0) continue;
            counts[items[i].EntityId] = count - 1;
            outdated.Push(items[i]);
        }

        return [.. outdated];
    }

    private static BatchOutcome Decided(BatchOutcome outcome) => outcome with { Errors = outcome.Errors.RemoveAll(static error => IsOutdated(error)) };

    private static bool IsOutdated(BatchError error) => RegistryStamp.IsOutdatedBy(error.Error);

    // What a creation or replacement is about, it says itself.
    private async ValueTask<IReadOnlyDictionary<string, PackedEntity>> FindAsync(
        Call call, BatchKind kind, ImmutableArray<BatchItem> items, CancellationToken cancellation)
    {
        if (kind is BatchKind.Create or BatchKind.UpsertReplace) return ImmutableDictionary<string, PackedEntity>.Empty;
        string[] ids = [.. items.Select(static item => item.EntityId).Where(static id => id.Length > 0).Distinct()];
        if (!(await own.FindManyAsync(call, ids, cancellation)).TryGet(out var found, out _)) return ImmutableDictionary<string, PackedEntity>.Empty;
        return found.Entities.ToDictionary(static entity => entity.Id);
    }

    private IEnumerable<Request> Requests(Call call, BatchKind kind, MergeOptions options, BatchShare share)
    {
        if (share.Manner.IsBatch)
        {
            ImmutableArray<Entity> entities = [.. share.Writes.Select(static write => write.Entity ?? new() { Id = write.EntityId, Types = [] })];
            yield return new(share, cancellation => client.BatchAsync(call, share.Source, kind, entities, options, cancellation));
            yield break;
        }

        // The order of an Entity's own writes counts (5.5.11.0), and no other.
        foreach (var parts in share.Parts.GroupBy(static part => part.Write.EntityId))
        {
            var some = share with { Parts = [.. parts] };
            yield return new(some, cancellation => WriteInTurnAsync(call, some, cancellation));
        }
    }

    private async ValueTask<SourceAnswer<BatchOutcome>> WriteInTurnAsync(Call call, BatchShare share, CancellationToken cancellation)
    {
        var created = ImmutableArray.CreateBuilder<string>();
        var updated = ImmutableArray.CreateBuilder<string>();
        var errors = ImmutableArray.CreateBuilder<BatchError>();
        foreach (var write in share.Writes)
        {
            var (isNew, isDone, error) = await WriteAsync(call, share, write, cancellation);
            if (error is not null) errors.Add(new(write.EntityId, error));
            if (isDone) (isNew ? created : updated).Add(write.EntityId);
        }

        return new(SourceOutcome.Success, new(created.DrainToImmutable(), updated.DrainToImmutable(), errors.DrainToImmutable()));
    }

    private async ValueTask<(bool IsNew, bool IsDone, NgsiLdError? Error)> WriteAsync(
        Call call, BatchShare share, SourceWrite write, CancellationToken cancellation)
    {
        var (source, manner) = (share.Source, share.Manner);
        var answer = await client.WriteAsync(call, source, write with { Kind = manner.First }, cancellation);
        if (!manner.IsUpsert || answer.Error != NgsiLdErrorKind.AlreadyExists)
        {
            return (manner.First == SourceWriteKind.Create, IsDone(answer), SourceErrors.OfWritten(source, answer));
        }

        if (manner.Then is not { } change) return (false, false, SourceErrors.CannotUpsert(source));
        answer = await client.WriteAsync(call, source, write with { Kind = change }, cancellation);
        return (false, IsDone(answer), SourceErrors.OfWritten(source, answer));
    }

    private static bool IsDone(in SourceAnswer<SourceWritten> answer) => answer is { IsSuccess: true, Value.IsNothing: false };

    private readonly record struct Request(BatchShare Share, Func<CancellationToken, ValueTask<SourceAnswer<BatchOutcome>>> Ask);
}
