using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// Purge Entities where sources have some of them (ETSI GS CIM 009 5.6.21): each source purges what it finds itself, as this broker does. Where
/// parts of one Entity may be at several places, what is meant is found out first, and told by ids.
/// </summary>
internal sealed class FederatedPurge(
    IEntityOperations own, LocalEntityMaps maps, IContextRegistry registry, IContextSourceClient client, FederationSettings settings, TimeProvider clock)
{
    /// <summary>Entities that are purged here together.</summary>
    private const int Slice = 500;

    public async ValueTask<Result<PurgeOutcome>> RunAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? map, CancellationToken cancellation)
    {
        var matches = registry.Match(call, Query(query));
        var plan = PurgePlan.Of(query, extent, matches);
        var known = map?.Id is { } mapId ? maps.Find(call, mapId) : null;
        if (known is not null) plan = plan.Within(known);
        using var round = new SourceRound(settings, clock, cancellation);
        PurgedEntities? whole = null;
        if (PurgeGathering.IsNeeded(query, settings, matches))
        {
            var gathering = new PurgeGathering(call, own, client, settings, round, clock.GetUtcNow().UtcTicks);
            if (!(await gathering.RunAsync(query, matches, cancellation)).TryGet(out whole, out var failed)) return failed;
            plan = plan with { Shares = [.. plan.Shares.SelectMany(share => whole.Narrow(share, settings.UrlCharacters / 2))] };
        }

        var asked = Task.WhenAll(plan.Shares.Select(share => round.AskInTimeAsync(Ask(call, share))));
        var done = await PurgeOwnAsync(call, query, extent, map, known, whole, cancellation);
        var answers = await asked;
        if (!done.TryGet(out var outcome, out var error)) return error;

        var failures = ImmutableArray.CreateBuilder<BatchError>();
        var ids = outcome.Ids.ToBuilder();
        var isAnyDone = outcome.Count > 0;
        foreach (var (source, refusal) in plan.Refused) failures.AddRange(Failures(query, source, refusal));
        // Who could not be asked what it has, and is not asked to purge it either.
        foreach (var warning in round.Warnings.Where(warning => !plan.Shares.Any(share => share.Source.Id == warning.Source.Id)))
        {
            failures.AddRange(Failures(query, warning.Source, SourceErrors.Unknown(warning)));
        }

        for (var i = 0; i < answers.Length; i++)
        {
            var share = plan.Shares[i];
            // A source that has nothing to purge has not failed.
            if (answers[i].Outcome == SourceOutcome.NotFound) continue;
            isAnyDone |= answers[i] is { IsSuccess: true, Value.IsNothing: false };
            if (SourceErrors.OfWritten(share.Source, answers[i]) is { } failure) failures.AddRange(Failures(share.Query, share.Source, failure));
            else ids.AddRange(share.Query.Selectors.SelectMany(static selector => selector.Ids).Take(PurgeOutcome.MostIds - ids.Count));
        }

        return !isAnyDone && failures.Count > 0
            ? SourceErrors.Alone(failures[0].Error)
            : outcome with { Ids = [.. ids.Distinct()], Failures = failures.DrainToImmutable() };
    }

    /// <summary>Entities that only this broker has a part of, by what they are here; the others, where they are meant as a whole.</summary>
    private async ValueTask<Result<PurgeOutcome>> PurgeOwnAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? map, EntityMap? known, PurgedEntities? whole, CancellationToken cancellation)
    {
        if (whole is null) return await own.PurgeAsync(call, query, extent, map, cancellation);
        var alone = await own.PurgeAsync(call, query, extent.Sparing(whole.Known), map, cancellation);
        if (!alone.TryGet(out var outcome, out var error)) return error;
        foreach (var ids in whole.Meant.Where(id => known is null || known.RemoteOf(id) >= 0).Chunk(Slice))
        {
            var shared = await own.PurgeAsync(call, new() { Selectors = [new() { Ids = [.. ids] }] }, extent, null, cancellation);
            if (!shared.TryGet(out var more, out error)) return error;
            outcome = outcome with { Count = outcome.Count + more.Count, Ids = outcome.Ids.AddRange(more.Ids) };
        }

        return outcome;
    }

    private Func<CancellationToken, ValueTask<SourceAnswer<SourceWritten>>> Ask(Call call, PurgeShare share) =>
        cancellation => client.PurgeAsync(call, share.Source, share.Query, share.Extent, cancellation);

    private static RegistrationQuery Query(EntityQuery query) => new()
    {
        Selectors = query.Selectors,
        AttributeNames = query.AttributeNames,
        DatasetIds = query.DatasetIds,
        Geo = query.Geo,
        Scope = query.Scope,
        Csf = query.Csf,
    };

    // Which Entities a source did not purge is told where the request names some; a BatchEntityError needs a URI in any case.
    private static IEnumerable<BatchError> Failures(EntityQuery query, ContextSource source, NgsiLdError error)
    {
        const string Unknown = "urn:ngsi-ld:null";
        return query.Selectors.SelectMany(static selector => selector.Ids).Distinct().DefaultIfEmpty(Unknown)
            .Select(id => new BatchError(id, error) { RegistrationId = source.Id });
    }
}
