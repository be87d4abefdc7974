using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries.Ordering;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Temporal;

/// <summary>The operations on the history that this broker keeps itself.</summary>
public sealed class LocalTemporal(ITemporalStore store, IEntityStore entities, Limits limits) : ITemporalOperations
{
    private static readonly ImmutableArray<string> Here = [MappedEntity.Here];

    public async ValueTask<Result<TemporalWritten>> UpsertAsync(Call call, TemporalEntity entity, CancellationToken cancellation) =>
        Written(await store.CommitAsync(call.Tenant, new TemporalUpsert(entity), cancellation));

    public async ValueTask<Result<TemporalWritten>> AppendAsync(
        Call call, string id, TemporalEntity fragment, CancellationToken cancellation)
    {
        if (fragment.Id.Length > 0 && fragment.Id != id)
            return NgsiLdError.BadRequestData($"id is {fragment.Id}, but the Entity that is addressed is {id}");
        return await CommitAsync(call, new TemporalAppend(fragment with { Id = id }), cancellation);
    }

    public ValueTask<Result<TemporalWritten>> DeleteAttributeAsync(
        Call call, string id, string name, string? datasetId, bool all, CancellationToken cancellation) =>
        CommitAsync(call, new TemporalAttributeDeletion(id, name, datasetId, all), cancellation);

    public async ValueTask<Result<TemporalWritten>> ReplaceInstanceAsync(
        Call call, string id, string name, string instanceId, AttributeInstance instance, CancellationToken cancellation) =>
        InstanceId.TryParse(instanceId, out var found)
            ? await CommitAsync(call, new TemporalReplacement(id, name, found, instance), cancellation)
            : await NoInstanceAsync(call, id, instanceId, cancellation);

    public async ValueTask<Result<TemporalWritten>> DeleteInstanceAsync(
        Call call, string id, string name, string instanceId, CancellationToken cancellation) =>
        InstanceId.TryParse(instanceId, out var found)
            ? await CommitAsync(call, new TemporalInstanceDeletion(id, name, found), cancellation)
            : await NoInstanceAsync(call, id, instanceId, cancellation);

    public ValueTask<Result<TemporalWritten>> DeleteAsync(Call call, string id, CancellationToken cancellation) =>
        CommitAsync(call, new TemporalDeletion(id), cancellation);

    public async ValueTask<Result<EvolutionPage>> RetrieveAsync(
        Call call, string id, TemporalRequest request, CancellationToken cancellation)
    {
        if (!(await FindAsync(call, id, request, cancellation)).TryGet(out var head, out var error)) return error;
        var answer = new Answer(Reader(call, request, null), request, limits);
        if (await answer.AddAsync(new(head, null, null), cancellation) is { } failure) return failure;
        return answer.Finish(hasMore: false, total: null);
    }

    public async ValueTask<Result<EvolutionPage>> QueryAsync(
        Call call, TemporalRequest request, PageRequest page, CancellationToken cancellation)
    {
        if (await entities.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        if (!InstanceFilter.Of(request.Query.Q, request.Query.Geo).TryGet(out var filter, out var error)) return error;
        var reader = Reader(call, request, filter);
        var answer = new Answer(reader, request, limits);
        var (found, hasMore) = (0L, false);
        await foreach (var evolution in OrderedAsync(reader, request, cancellation))
        {
            found++;
            if (found <= page.Offset) continue;
            if (found - page.Offset <= page.Limit)
            {
                if (await answer.AddAsync(evolution, cancellation) is { } failure) return failure;
                continue;
            }

            hasMore = true;
            if (!page.Count) break;
        }

        return answer.Finish(hasMore, page.Count ? found : null);
    }

    public async ValueTask<Result<FoundEvolutions>> MapAsync(
        Call call, TemporalRequest request, int most, CancellationToken cancellation)
    {
        if (await entities.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        if (!InstanceFilter.Of(request.Query.Q, request.Query.Geo).TryGet(out var filter, out var error)) return error;
        var found = ImmutableArray.CreateBuilder<MappedEntity>();
        await foreach (var evolution in OrderedAsync(Reader(call, request, filter), request, cancellation))
        {
            found.Add(new(evolution.Head.Id, Here));
            if (found.Count > most) break;
        }

        return new FoundEvolutions(found.ToImmutable());
    }

    public async ValueTask<Result<EvolutionExport>> ExportAsync(
        Call call, string? id, TemporalRequest request, PageRequest page, CancellationToken cancellation)
    {
        if (id is not null)
        {
            if (!(await FindAsync(call, id, request, cancellation)).TryGet(out var head, out var error)) return error;
            var one = new AdmittedEvolution(head, null, null);
            return new EvolutionExport(PiecesAsync(Reader(call, request, null), request, one, cancellation));
        }

        if (await entities.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        if (!InstanceFilter.Of(request.Query.Q, request.Query.Geo).TryGet(out var filter, out var wrong)) return wrong;
        return new EvolutionExport(PiecesAsync(Reader(call, request, filter), request, page, cancellation));
    }

    private async IAsyncEnumerable<EvolutionPiece> PiecesAsync(
        EvolutionReader reader, TemporalRequest request, PageRequest page, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var found = 0L;
        await foreach (var evolution in OrderedAsync(reader, request, cancellation))
        {
            found++;
            if (found <= page.Offset) continue;
            if (found - page.Offset > page.Limit) yield break;
            await foreach (var piece in PiecesAsync(reader, request, evolution, cancellation)) yield return piece;
        }
    }

    private static async IAsyncEnumerable<EvolutionPiece> PiecesAsync(
        EvolutionReader reader, TemporalRequest request, AdmittedEvolution evolution, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (from, to) = (request.Time.From, request.Time.To);
        foreach (var (name, all) in reader.Shown(evolution.Head))
        {
            var left = request.Time.LastN ?? int.MaxValue;
            foreach (var series in all)
            {
                await foreach (var piece in reader.ReadAsync(evolution, series, () => (from, to), left, request.Time.LastN is not null, cancellation))
                {
                    var some = piece.Length > left ? piece[..left] : piece;
                    left -= some.Length;
                    if (!some.IsEmpty) yield return new(evolution.Head, name, some);
                    if (left == 0) break;
                }
            }
        }
    }

    private static async IAsyncEnumerable<AdmittedEvolution> OrderedAsync(
        EvolutionReader reader, TemporalRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (request.Ordering is not { } ordering)
        {
            await foreach (var evolution in reader.FindAsync(cancellation)) yield return evolution;
            yield break;
        }

        var keys = new OrderKeys(ordering, []);
        var all = new List<(OrderKey Key, AdmittedEvolution Evolution)>();
        await foreach (var evolution in reader.FindAsync(cancellation))
        {
            all.Add((keys.Of(PackedEntity.Pack(new Entity { Id = evolution.Head.Id, Types = [] })), evolution));
        }

        foreach (var (_, evolution) in all.OrderBy(one => one.Key)) yield return evolution;
    }

    // An evolution without an instance of what is asked for is not found, either (ETSI GS CIM 009 5.7.3.4).
    private async ValueTask<Result<TemporalHead>> FindAsync(Call call, string id, TemporalRequest request, CancellationToken cancellation)
    {
        if (await store.FindAsync(call.Tenant, id, cancellation) is not { } head)
            return await entities.MissingTenantAsync(call, cancellation) ?? NgsiLdError.NotFound($"there is no temporal evolution of {id}");
        if (request.Time.Relation is null && request.Attributes.IsEmpty) return head;
        return await Reader(call, request, null).HasAnyAsync(head, cancellation)
            ? head
            : NgsiLdError.NotFound($"the temporal evolution of {id} has no instance of what is asked for in that time");
    }

    private EvolutionReader Reader(Call call, TemporalRequest request, InstanceFilter? filter) => new(store, call.Tenant, request, filter);

    private async ValueTask<Result<TemporalWritten>> CommitAsync(Call call, TemporalWrite write, CancellationToken cancellation)
    {
        if (await entities.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        return Written(await store.CommitAsync(call.Tenant, write, cancellation));
    }

    private static Result<TemporalWritten> Written(Result<TemporalOutcome> committed) =>
        committed.TryGet(out var outcome, out var error) ? new TemporalWritten(outcome) : error;

    private async ValueTask<NgsiLdError> NoInstanceAsync(Call call, string id, string instanceId, CancellationToken cancellation) =>
        await entities.MissingTenantAsync(call, cancellation) ?? NgsiLdError.NotFound($"{id} has no instance {instanceId}");

    /// <summary>An answer while it is gathered: instances, or aggregates.</summary>
    private sealed class Answer(EvolutionReader reader, TemporalRequest request, Limits limits)
    {
        private readonly EvolutionCollector _collector = new(reader, request, limits.TemporalInstances);
        private readonly List<Evolution> _aggregated = [];
        private int _periods;

        public async ValueTask<NgsiLdError?> AddAsync(AdmittedEvolution evolution, CancellationToken cancellation)
        {
            if (request.Aggregation is not { } aggregation)
            {
                await _collector.AddAsync(evolution, cancellation);
                return null;
            }

            var attributes = ImmutableArray.CreateBuilder<EvolvedAttribute>();
            foreach (var (name, series) in reader.Shown(evolution.Head))
            {
                if (await reader.AggregateAsync(evolution, series, aggregation, limits.TemporalPeriods - _periods, cancellation) is not { } aggregate) continue;
                if (aggregate.IsTooLong)
                    return new(NgsiLdErrorKind.TooManyResults, $"the answer has more than {limits.TemporalPeriods} periods: aggrPeriodDuration is too short for the time range");
                _periods += aggregate.PeriodCount;
                if (aggregate.Eligible != AggregationMethods.None) attributes.Add(new(name, [], aggregate));
                else if (request.Attributes.Contains(name))
                    return NgsiLdError.InvalidRequest($"none of aggrMethods means anything for the values of {name} (ETSI GS CIM 009 4.5.19.1)");
            }

            _aggregated.Add(new(evolution.Head, attributes.DrainToImmutable()));
            return null;
        }

        public EvolutionPage Finish(bool hasMore, long? total)
        {
            if (request.Aggregation is not null) return new([.. _aggregated], hasMore, total, null);
            var (evolutions, range) = _collector.Finish();
            return new(evolutions, hasMore, total, range);
        }
    }
}
