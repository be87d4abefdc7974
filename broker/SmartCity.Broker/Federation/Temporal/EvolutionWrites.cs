using System.Buffers;
using System.Collections.Immutable;
using SmartCity.Broker.Federation.Http;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>
/// Writes into the history, sent to sources by the mode of their registrations (ETSI GS CIM 009 5.6.11 - 5.6.16): what an exclusive or
/// redirect one has is not kept here; to inclusive ones goes what is left, and it is kept here, too. What fails in part is told part by
/// part, as of current Entities.
/// </summary>
internal sealed class EvolutionWrites(
    ITemporalOperations own, ITemporalStore store, IContextRegistry registry, IContextSourceClient client, FederationSettings settings,
    TimeProvider clock)
{
    private const string Collection = "/ngsi-ld/v1/temporal/entities";

    public ValueTask<Result<TemporalWritten>> UpsertAsync(Call call, TemporalEntity entity, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.UpsertTemporal, entity.Id, entity.Types, entity, null),
        (part, source, context) => new(HttpMethod.Post, Collection, "", Body(part!, source, context)),
        rest => own.UpsertAsync(call, rest!, cancellation), cancellation);

    public ValueTask<Result<TemporalWritten>> AppendAsync(Call call, string id, TemporalEntity fragment, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.AppendAttrsTemporal, id, fragment.Types, fragment, null),
        (part, source, context) => new(HttpMethod.Post, $"{One(id)}/attrs", "", Body(part!, source, context)),
        rest => own.AppendAsync(call, id, rest!, cancellation), cancellation);

    public ValueTask<Result<TemporalWritten>> DeleteAttributeAsync(
        Call call, string id, string name, string? datasetId, bool all, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.DeleteAttrsTemporal, id, [], null, name),
        (_, _, context) =>
        {
            var target = new TargetText("");
            if (all) target.Add("deleteAll", "true");
            else target.Add("datasetId", datasetId);
            return new(HttpMethod.Delete, OneAttribute(id, name, context), target.ToString());
        },
        _ => own.DeleteAttributeAsync(call, id, name, datasetId, all, cancellation), cancellation);

    public ValueTask<Result<TemporalWritten>> ReplaceInstanceAsync(
        Call call, string id, string name, string instanceId, AttributeInstance instance, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.UpdateAttrInstanceTemporal, id, [], null, name),
        (_, source, context) => new(
            HttpMethod.Patch, $"{OneAttribute(id, name, context)}/{UrlText.Segment(instanceId)}", "",
            Body(new() { Id = "", Types = [], Instances = [instance] }, source, context)),
        _ => own.ReplaceInstanceAsync(call, id, name, instanceId, instance, cancellation), cancellation);

    public ValueTask<Result<TemporalWritten>> DeleteInstanceAsync(
        Call call, string id, string name, string instanceId, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.DeleteAttrInstanceTemporal, id, [], null, name),
        (_, _, context) => new(HttpMethod.Delete, $"{OneAttribute(id, name, context)}/{UrlText.Segment(instanceId)}"),
        _ => own.DeleteInstanceAsync(call, id, name, instanceId, cancellation), cancellation);

    public ValueTask<Result<TemporalWritten>> DeleteAsync(Call call, string id, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.DeleteTemporal, id, [], null, null),
        (_, _, _) => new(HttpMethod.Delete, One(id)),
        _ => own.DeleteAsync(call, id, cancellation), cancellation);

    private async ValueTask<Result<TemporalWritten>> WriteAsync(
        Call call, EvolutionWrite write, Func<TemporalEntity?, ContextSource, Context, SourceRequest> request,
        Func<TemporalEntity?, ValueTask<Result<TemporalWritten>>> local, CancellationToken cancellation)
    {
        if (call.Local || !registry.HasAny(call.Tenant)) return await local(write.Body);
        // Of what is known here, sources of other types have nothing. Types that are written come to those that it has (5.6.11.4, 5.6.12.4).
        if (await store.FindAsync(call.Tenant, write.Id, cancellation) is { } head) write = write with { Types = [.. head.Types.Union(write.Types)] };
        var division = EvolutionDivision.Of(write, Matching(call, write, static found => found.Sources), Matching(call, write, Loops));
        if (division.IsLocal) return await local(write.Body);
        var asked = SourceRequests.AllAsync(
            [.. division.Shares.Select(share => (Func<CancellationToken, ValueTask<SourceAnswer<SourceWritten>>>)(stop => SendAsync(share, stop)))],
            settings, clock, cancellation);
        var results = new PartResults(write.Id);
        var outcome = TemporalOutcome.Changed;
        foreach (var (share, error) in division.Refused) results.Fail(write.NamesIn(share.Part), share.Source.Id, error);
        if (division.KeepsRest)
        {
            var names = write.NamesIn(division.Rest);
            if ((await local(division.Rest)).TryGet(out var kept, out var error)) results.SucceedHere(names, []);
            else results.Fail(names, null, error);
            outcome = kept?.Outcome ?? outcome;
        }

        var answers = await asked;
        for (var i = 0; i < answers.Length; i++)
        {
            var (source, part) = division.Shares[i];
            if (SourceErrors.Of(source, answers[i]) is { } error) results.Fail(write.NamesIn(part), source.Id, error, creates: write.Operation == ContextSourceOperations.UpsertTemporal);
            else results.Succeed(write.NamesIn(part), source.Id, answers[i].Value!);
            // What nothing is kept of here is new where it is kept.
            if (!division.KeepsRest && answers[i].Value is { Created: true }) outcome = TemporalOutcome.Created;
        }

        if (!results.HasSuccess) return results.Worst();
        var written = new TemporalWritten(outcome) { Updated = [.. results.Elsewhere.Union(division.KeepsRest ? write.NamesIn(division.Rest) : [])] };
        return write.IsOfEntity ? written with { Failures = results.Failures() } : written with { NotUpdated = results.NotUpdated("type") };

        async ValueTask<SourceAnswer<SourceWritten>> SendAsync(EvolutionWriteShare share, CancellationToken stop)
        {
            var named = await client.ContextAsync(call, share.Source, stop);
            return named.IsSuccess
                ? await client.SendWriteAsync(call, share.Source, request(share.Part, share.Source, named.Value!), stop)
                : new(named.Outcome, null, named.Detail);
        }
    }

    private static ImmutableArray<MatchedSource> Loops(RegistrationMatches found) =>
        [.. found.Loops.Select(static source => new MatchedSource(source, source.Registration.Information))];

    private ImmutableArray<MatchedSource> Matching(
        Call call, EvolutionWrite write, Func<RegistrationMatches, ImmutableArray<MatchedSource>> of)
    {
        var query = new RegistrationQuery { Selectors = [new EntitySelector { Ids = [write.Id] }], AttributeNames = write.Names };
        // Of either interval: instances come with any time. A source that says none, but offers just this, has its reasons.
        return
        [
            .. of(registry.Match(call, query with { Time = new(false, null, null) }))
                .Concat(of(registry.Match(call, query with { Time = new(true, null, null) })))
                .Where(static match => match.Registration.IsTemporal)
                .Concat(of(registry.Match(call, query)).Where(match => match.Offers(write.Operation)))
                .DistinctBy(static match => match.Source.Id)
                .Select(match => match with { Information = match.Information.RemoveAll(info => !info.Entities.IsEmpty && !info.Entities.Any(write.IsOf)) })
                .Where(static match => !match.Information.IsEmpty),
        ];
    }

    private static string One(string id) => $"{Collection}/{UrlText.Segment(id)}";

    private static string OneAttribute(string id, string name, Context context) =>
        $"{One(id)}/attrs/{(name == TemporalEntity.Scope ? "scope" : UrlText.Segment(context.Compact(name)))}";

    private static ReadOnlyMemory<byte> Body(TemporalEntity entity, ContextSource source, Context context)
    {
        var output = new ArrayBufferWriter<byte>();
        // Whoever sends it adds the @context where the source wants it.
        RecordWriter.WriteTemporal(entity, SourceCall.Form(source, context) with { IncludeContext = false }, output);
        return output.WrittenMemory;
    }
}
