using System.Buffers;
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
/// redirect one has is not kept here; to inclusive ones goes what is left, and it is kept here, too. The HTTP binding knows no partial
/// success of these operations (6.18 - 6.22): where a source that alone is to have a part fails, its failure is the answer, and where an
/// inclusive one fails what is kept here counts.
/// </summary>
internal sealed class EvolutionWrites(
    ITemporalOperations own, ITemporalStore store, IContextRegistry registry, IContextSourceClient client, FederationSettings settings,
    TimeProvider clock)
{
    private const string Collection = "/ngsi-ld/v1/temporal/entities";

    public ValueTask<Result<TemporalOutcome>> UpsertAsync(Call call, TemporalEntity entity, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.UpsertTemporal, entity.Id, entity.Types, entity, null),
        (part, source, context) => new(HttpMethod.Post, Collection, "", Body(part!, source, context)),
        rest => own.UpsertAsync(call, rest!, cancellation), cancellation);

    public ValueTask<Result<TemporalOutcome>> AppendAsync(Call call, string id, TemporalEntity fragment, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.AppendAttrsTemporal, id, fragment.Types, fragment, null),
        (part, source, context) => new(HttpMethod.Post, $"{One(id)}/attrs", "", Body(part!, source, context)),
        rest => own.AppendAsync(call, id, rest!, cancellation), cancellation);

    public ValueTask<Result<TemporalOutcome>> DeleteAttributeAsync(
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

    public ValueTask<Result<TemporalOutcome>> ReplaceInstanceAsync(
        Call call, string id, string name, string instanceId, AttributeInstance instance, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.UpdateAttrInstanceTemporal, id, [], null, name),
        (_, source, context) => new(
            HttpMethod.Patch, $"{OneAttribute(id, name, context)}/{UrlText.Segment(instanceId)}", "",
            Body(new() { Id = "", Types = [], Instances = [instance] }, source, context)),
        _ => own.ReplaceInstanceAsync(call, id, name, instanceId, instance, cancellation), cancellation);

    public ValueTask<Result<TemporalOutcome>> DeleteInstanceAsync(
        Call call, string id, string name, string instanceId, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.DeleteAttrInstanceTemporal, id, [], null, name),
        (_, _, context) => new(HttpMethod.Delete, $"{OneAttribute(id, name, context)}/{UrlText.Segment(instanceId)}"),
        _ => own.DeleteInstanceAsync(call, id, name, instanceId, cancellation), cancellation);

    public ValueTask<Result<TemporalOutcome>> DeleteAsync(Call call, string id, CancellationToken cancellation) => WriteAsync(
        call, new(ContextSourceOperations.DeleteTemporal, id, [], null, null),
        (_, _, _) => new(HttpMethod.Delete, One(id)),
        _ => own.DeleteAsync(call, id, cancellation), cancellation);

    private async ValueTask<Result<TemporalOutcome>> WriteAsync(
        Call call, EvolutionWrite write, Func<TemporalEntity?, ContextSource, Context, SourceRequest> request,
        Func<TemporalEntity?, ValueTask<Result<TemporalOutcome>>> local, CancellationToken cancellation)
    {
        if (call.Local || !registry.HasAny(call.Tenant)) return await local(write.Body);
        // Of what is known here, sources of other types have nothing.
        if (write.Types.IsEmpty && await store.FindAsync(call.Tenant, write.Id, cancellation) is { } head) write = write with { Types = head.Types };
        var division = EvolutionDivision.Of(write, [.. Matching(call, write)]);
        if (division.IsLocal) return await local(write.Body);
        var answers = await SourceRequests.AllAsync(
            [.. division.Shares.Select(share => (Func<CancellationToken, ValueTask<SourceAnswer<SourceDocument>>>)(stop => SendAsync(share, stop)))],
            settings, clock, cancellation);
        NgsiLdError? failure = division.Conflict, refusal = null;
        var isDone = false;
        for (var i = 0; i < answers.Length; i++)
        {
            isDone |= answers[i].IsSuccess;
            if (SourceErrors.Of(division.Shares[i].Source, answers[i]) is not { } error) continue;
            if (division.Shares[i].IsProxied) failure ??= error;
            else refusal ??= error;
        }

        if (!division.KeepsRest) return failure is not null ? failure : TemporalOutcome.Changed;
        var kept = await local(division.Rest);
        if (failure is not null) return failure;
        // What is not here may be where it was sent to (5.6.13.4).
        return kept.Error is { Kind: NgsiLdErrorKind.ResourceNotFound } ? isDone ? TemporalOutcome.Changed : refusal ?? kept.Error : kept;

        async ValueTask<SourceAnswer<SourceDocument>> SendAsync(EvolutionWriteShare share, CancellationToken stop)
        {
            var named = await client.ContextAsync(call, share.Source, stop);
            if (!named.IsSuccess) return new(named.Outcome, null, named.Detail);
            return await client.SendAsync(call, share.Source, request(share.Part, share.Source, named.Value!), stop);
        }
    }

    private IEnumerable<MatchedSource> Matching(Call call, EvolutionWrite write)
    {
        var query = new RegistrationQuery { Selectors = [new EntitySelector { Ids = [write.Id] }], AttributeNames = write.Names };
        // Of either interval: instances come with any time.
        var observed = registry.Match(call, query with { Time = new(false, null, null) }).Sources;
        var managed = registry.Match(call, query with { Time = new(true, null, null) }).Sources;
        foreach (var match in observed.Concat(managed).DistinctBy(match => match.Source.Id))
        {
            var about = match.Information.RemoveAll(info => !info.Entities.IsEmpty && !info.Entities.Any(entity => write.IsOf(entity)));
            if (match.Registration.IsTemporal && !about.IsEmpty) yield return match with { Information = about };
        }
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
