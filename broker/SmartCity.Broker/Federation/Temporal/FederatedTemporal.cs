using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>
/// The operations on the history of this broker and of all sources of histories (ETSI GS CIM 009 5.6.11 -
/// 5.6.16, 5.7.3, 5.7.4). Sources are asked for instances; what is asked of them all together is answered as of one history.
/// </summary>
/// <param name="own">This broker's own history.</param>
/// <param name="store">Keeps it.</param>
/// <param name="entities">Knows the tenants.</param>
/// <param name="registry">Knows the sources.</param>
/// <param name="client">Asks them.</param>
/// <param name="settings">Bounds.</param>
/// <param name="limits">Bounds of answers.</param>
/// <param name="clock">Tells deadlines.</param>
public sealed class FederatedTemporal(
    ITemporalOperations own, ITemporalStore store, IEntityStore entities, IContextRegistry registry, IContextSourceClient client,
    FederationSettings settings, Limits limits, TimeProvider clock) : ITemporalOperations
{
    private readonly EvolutionGathering _gathering = new(registry, client, settings, limits, clock);
    private readonly EvolutionWrites _writes = new(own, store, registry, client, settings, clock);

    public ValueTask<Result<TemporalWritten>> UpsertAsync(Call call, TemporalEntity entity, CancellationToken cancellation) =>
        _writes.UpsertAsync(call, entity, cancellation);

    public ValueTask<Result<TemporalWritten>> AppendAsync(Call call, string id, TemporalEntity fragment, CancellationToken cancellation) =>
        _writes.AppendAsync(call, id, fragment, cancellation);

    public ValueTask<Result<TemporalWritten>> DeleteAttributeAsync(
        Call call, string id, string name, string? datasetId, bool all, CancellationToken cancellation) =>
        _writes.DeleteAttributeAsync(call, id, name, datasetId, all, cancellation);

    public ValueTask<Result<TemporalWritten>> ReplaceInstanceAsync(
        Call call, string id, string name, string instanceId, AttributeInstance instance, CancellationToken cancellation) =>
        _writes.ReplaceInstanceAsync(call, id, name, instanceId, instance, cancellation);

    public ValueTask<Result<TemporalWritten>> DeleteInstanceAsync(
        Call call, string id, string name, string instanceId, CancellationToken cancellation) =>
        _writes.DeleteInstanceAsync(call, id, name, instanceId, cancellation);

    public ValueTask<Result<TemporalWritten>> DeleteAsync(Call call, string id, CancellationToken cancellation) =>
        _writes.DeleteAsync(call, id, cancellation);

    public async ValueTask<Result<EvolutionPage>> RetrieveAsync(
        Call call, string id, TemporalRequest request, CancellationToken cancellation)
    {
        if (await _gathering.GatherAsync(call, id, request, cancellation) is not { } gathered) return await own.RetrieveAsync(call, id, request, cancellation);
        var found = await Over(gathered).RetrieveAsync(call, id, request, cancellation);
        if (found.Error is { Kind: NgsiLdErrorKind.ResourceNotFound } missing) return gathered.Missing(missing);
        if (!found.TryGet(out var page, out var error)) return error;
        ImmutableArray<string> places = request.Map is null ? [] : await PlacesAsync(call, id, gathered.RegistrationsOf(id), cancellation);
        return page with { Warnings = gathered.Warnings, Places = places };
    }

    public async ValueTask<Result<EvolutionPage>> QueryAsync(
        Call call, TemporalRequest request, PageRequest page, CancellationToken cancellation)
    {
        if (await _gathering.GatherAsync(call, null, request, cancellation) is not { } gathered) return await own.QueryAsync(call, request, page, cancellation);
        var found = await Over(gathered).QueryAsync(call, request, page, cancellation);
        return found.Map(answer => answer with { Warnings = gathered.Warnings });
    }

    public async ValueTask<Result<FoundEvolutions>> MapAsync(Call call, TemporalRequest request, int most, CancellationToken cancellation)
    {
        var told = await _gathering.MapAsync(call, request, cancellation);
        var gathered = await _gathering.GatherAsync(call, null, request, cancellation, told.Registrations);
        request.Map?.Links?.Close();
        var operations = gathered is null ? own : Over(gathered);
        if (!(await operations.MapAsync(call, request, most, cancellation)).TryGet(out var found, out var error)) return error;
        if (gathered is null && told.Entities.Count == 0) return found;

        // What only sources have told of comes behind what is known here, by id.
        var first = found.Entities.Select(entity => entity.Id).ToHashSet(StringComparer.Ordinal);
        var mapped = ImmutableArray.CreateBuilder<MappedEntity>(first.Count + told.Entities.Count);
        foreach (var id in found.Entities.Select(entity => entity.Id).Concat(told.Entities.Keys.Where(id => !first.Contains(id)).Order(StringComparer.Ordinal)))
        {
            var elsewhere = (gathered?.RegistrationsOf(id) ?? []).Concat(told.Entities.GetValueOrDefault(id, []));
            mapped.Add(new(id, await PlacesAsync(call, id, elsewhere, cancellation)));
        }

        return new FoundEvolutions(mapped.DrainToImmutable()) { Warnings = gathered?.Warnings ?? [] };
    }

    public async ValueTask<Result<EvolutionExport>> ExportAsync(
        Call call, string? id, TemporalRequest request, PageRequest page, CancellationToken cancellation)
    {
        if (await _gathering.GatherAsync(call, id, request, cancellation) is not { } gathered) return await own.ExportAsync(call, id, request, page, cancellation);
        var found = await Over(gathered).ExportAsync(call, id, request, page, cancellation);
        if (found.Error is { Kind: NgsiLdErrorKind.ResourceNotFound } missing) return gathered.Missing(missing);
        return found.Map(export => export with { Warnings = gathered.Warnings });
    }

    private async ValueTask<ImmutableArray<string>> PlacesAsync(
        Call call, string id, IEnumerable<string> elsewhere, CancellationToken cancellation) =>
        await store.FindAsync(call.Tenant, id, cancellation) is null ? [.. elsewhere] : [MappedEntity.Here, .. elsewhere];

    private LocalTemporal Over(GatheredEvolutions gathered) => new(new GatheredHistory(store, gathered.Evolutions), entities, limits);
}
