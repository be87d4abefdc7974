using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// Purge Entities where sources have some of them (ETSI GS CIM 009 5.6.21): each source purges what it finds itself, as this broker does.
/// </summary>
internal sealed class FederatedPurge(
    IEntityOperations own, IContextRegistry registry, IContextSourceClient client, FederationSettings settings, TimeProvider clock)
{
    public async ValueTask<Result<PurgeOutcome>> RunAsync(
        Call call, EntityQuery query, PurgeExtent extent, EntityMapRequest? map, CancellationToken cancellation)
    {
        var plan = PurgePlan.Of(query, extent, registry.Match(call, Query(query)));
        var asked = SourceRequests.AllAsync([.. plan.Shares.Select(share => Ask(call, share))], settings, clock, cancellation);
        var done = await own.PurgeAsync(call, query, extent, map, cancellation);
        var answers = await asked;
        if (!done.TryGet(out var outcome, out var error)) return error;

        var failures = ImmutableArray.CreateBuilder<BatchError>();
        foreach (var (source, refusal) in plan.Refused) failures.Add(Failure(query, source, refusal));
        for (var i = 0; i < answers.Length; i++)
        {
            var source = plan.Shares[i].Source;
            // A source that has nothing to purge has not failed.
            if (answers[i].Outcome == SourceOutcome.NotFound) continue;
            if (SourceErrors.OfWritten(source, answers[i]) is { } failed) failures.Add(Failure(query, source, failed));
        }

        var isNothingDone = outcome.Count == 0 && !answers.Any(static answer => answer.IsSuccess);
        return isNothingDone && failures.Count > 0 ? failures[0].Error : outcome with { Failures = failures.DrainToImmutable() };
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

    // Which Entities a source did not purge is told where the request names one.
    private static BatchError Failure(EntityQuery query, ContextSource source, NgsiLdError error)
    {
        var id = query.Selectors is [{ Ids: [var only] }] ? only : "";
        return new(id, error) { RegistrationId = source.Id };
    }
}
