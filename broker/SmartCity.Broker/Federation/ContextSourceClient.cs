using System.Collections.Immutable;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Federation.Http;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using ContextSource = SmartCity.Broker.Registrations.ContextSource;

namespace SmartCity.Broker.Federation;

/// <summary>
/// Asks sources over HTTP (ETSI GS CIM 009 4.3.6, 6.3.17 - 6.3.19). This part asks for what there is; the other one writes.
/// </summary>
public sealed partial class ContextSourceClient : IContextSourceClient, IDisposable
{
    private const string Entities = "/entities";

    private readonly IContextResolver _contexts;
    private readonly FederationSettings _settings;
    private readonly TimeProvider _clock;
    private readonly SourceExchange _exchange;
    private readonly EntityAnswers _entities;
    private readonly AnswerCache _cache;

    /// <param name="gate">Makes the connections.</param>
    /// <param name="contexts">Resolves contexts of registrations and of answers.</param>
    /// <param name="identity">Who this broker is in Via.</param>
    /// <param name="settings">Bounds.</param>
    /// <param name="limits">How deep JSON may nest.</param>
    /// <param name="clock">Bounds requests, ages what is kept.</param>
    public ContextSourceClient(
        OutboundGate gate, IContextResolver contexts, SourceIdentity identity, FederationSettings settings, Limits limits, TimeProvider clock)
    {
        _contexts = contexts;
        _settings = settings;
        _clock = clock;
        _exchange = new(gate, identity, settings, clock);
        _entities = new(contexts, limits, clock);
        _cache = new(settings, clock);
    }

    public void Dispose() => _exchange.Dispose();

    public async ValueTask<SourceAnswer<Entity>> RetrieveAsync(
        Call call, ContextSource source, string id, SourceSelection selection, CancellationToken cancellation)
    {
        var named = await ContextAsync(call, source, cancellation).ConfigureAwait(false);
        if (!named.IsSuccess) return Passed<Context, Entity>(named);
        var context = named.Value!;
        var target = new TargetText(Entities);
        target.Segment(id);
        if (selection.Type is { } type) target.Add("type", QueryText.Types(type, context));
        if (!selection.AttributeNames.IsEmpty) target.Add("attrs", QueryText.Names(selection.AttributeNames, context));
        if (!selection.DatasetIds.IsEmpty) target.Add("datasetId", selection.DatasetIds);
        Times(ref target, selection);
        var asked = Asked(call, source, context, HttpMethod.Get, ref target, selection.Map, isBrief: true);
        var reply = await AskAsync(asked, cancellation).ConfigureAwait(false);
        if (Problem<Entity>(asked, reply) is { } problem) return problem;
        var read = await _entities.OneAsync(reply, id, context, cancellation).ConfigureAwait(false);
        if (read.TryGet(out var entity, out var error) && entity is null) return Told(asked, reply, new SourceAnswer<Entity>(SourceOutcome.NotFound, null));
        return Told(asked, reply, Answer<Entity>(entity, error));
    }

    public async ValueTask<SourceAnswer<SourcePage>> QueryAsync(
        Call call, ContextSource source, EntityQuery query, SourceSelection selection, SourcePaging paging, CancellationToken cancellation)
    {
        var named = await ContextAsync(call, source, cancellation).ConfigureAwait(false);
        if (!named.IsSuccess) return Passed<Context, SourcePage>(named);
        if (Question(call, source, query, selection, paging, named.Value!) is not { } asked)
        {
            return new(SourceOutcome.Refused, null, "the source offers no operation that could be asked this");
        }

        var reply = await AskAsync(asked, cancellation).ConfigureAwait(false);
        if (Problem<SourcePage>(asked, reply) is { } problem) return problem;
        var read = await _entities.AllAsync(reply, asked.Context, cancellation).ConfigureAwait(false);
        if (!read.TryGet(out var received, out var error)) return Told(asked, reply, Answer<SourcePage>(null, error));
        var page = new SourcePage(received.Entities, HasMore(asked, reply, IsFull(received.Given, paging.Limit)))
        {
            Given = received.Given,
            Next = NextPage.Of(reply.Link, asked.Target),
        };
        return Told(asked, reply, Answer(page, null));
    }

    public async ValueTask<SourceAnswer<SourceDocument>> SendAsync(
        Call call, ContextSource source, SourceRequest request, CancellationToken cancellation)
    {
        var named = await ContextAsync(call, source, cancellation).ConfigureAwait(false);
        if (!named.IsSuccess) return Passed<Context, SourceDocument>(named);
        var asked = Asked(call, source, request, named.Value!);
        var reply = await AskAsync(asked, cancellation).ConfigureAwait(false);
        if (Problem<SourceDocument>(asked, reply) is { } problem) return problem;
        var answered = await _entities.ContextAsync(reply, reply.Body, asked.Context, cancellation).ConfigureAwait(false);
        if (!answered.TryGet(out var context, out var error)) return Told(asked, reply, Answer<SourceDocument>(null, error));
        var document = new SourceDocument(reply.Body, context, reply.Location, HasMore(reply))
        {
            ContentRange = reply.ContentRange,
            Next = NextPage.Of(reply.Link, asked.Target),
        };
        return Told(asked, reply, Answer(document, null));
    }

    public async ValueTask<SourceAnswer<SourceWritten>> SendWriteAsync(
        Call call, ContextSource source, SourceRequest request, CancellationToken cancellation)
    {
        var named = await ContextAsync(call, source, cancellation).ConfigureAwait(false);
        if (!named.IsSuccess) return Passed<Context, SourceWritten>(named);
        return await WrittenAsync(Asked(call, source, request, named.Value!), cancellation).ConfigureAwait(false);
    }

    private static SourceCall Asked(Call call, ContextSource source, SourceRequest request, Context context)
    {
        const string Api = "/ngsi-ld/v1";
        var path = request.Path.StartsWith(Api, StringComparison.Ordinal) ? request.Path[Api.Length..] : request.Path;
        var endpoint = SourceEndpoint.Of(source);
        var target = new TargetText(path, request.Query);
        target.Map(request.Map);
        // A link to a further page says it already, and Subscriptions say it in the body: localOnly (6.3.18, 5.2.12).
        var isSaid = request.Query.Contains("local=true", StringComparison.Ordinal) || path.StartsWith("/subscriptions", StringComparison.Ordinal);
        if (!isSaid) target.Local(endpoint);
        var body = request.Body.IsEmpty || !endpoint.IsLdJson ? request.Body : BodyWithContext.Write(request.Body, context);
        return new(call, source, context, request.Method, target.ToString(), body)
        {
            IsConsumption = request.Method == HttpMethod.Get || request.IsQuery,
            Map = request.Map,
        };
    }

    public async ValueTask<SourceAnswer<Context>> ContextAsync(Call call, ContextSource source, CancellationToken cancellation)
    {
        var endpoint = SourceEndpoint.Of(source);
        // One that no URL stands for cannot be named to anybody: then names are spelt out.
        if (endpoint.ContextUri is not { } uri) return new(SourceOutcome.Success, call.Context.Uri is null ? Context.Core : call.Context);
        var resolved = await _contexts.ResolveAsync(ContextReference.Link(uri), cancellation).ConfigureAwait(false);
        if (resolved.TryGet(out var context, out var error)) return new(SourceOutcome.Success, context);
        var detail = $"the jsonldContext of the registration cannot be used: {ProblemText.Printable(error.Detail)}";
        Watch(source, _clock.GetUtcNow(), detail);
        return new(SourceOutcome.Refused, null, detail);
    }

    private SourceCall? Question(
        Call call, ContextSource source, EntityQuery query, SourceSelection selection, SourcePaging paging, Context context)
    {
        var offered = source.Registration.Operations;
        var attributes = Attributes(query, selection, out var pick);
        var datasetIds = selection.DatasetIds.IsEmpty ? query.DatasetIds : selection.DatasetIds;
        SourceCall? asked = null;
        var offersBatch = (offered & ContextSourceOperations.QueryBatch) != 0;
        // What was asked as a batch query is passed on as one, where that is offered.
        if (QueryText.FitsParameters(query) && (offered & ContextSourceOperations.QueryEntity) != 0 && !(query.IsBatch && offersBatch))
        {
            var target = new TargetText(Entities);
            QueryText.AddTo(ref target, query, attributes, datasetIds, context);
            if (!pick.IsEmpty) target.Add("pick", ["id", "type", "scope", .. QueryText.Names(pick, context)]);
            Times(ref target, selection);
            Page(ref target, paging);
            asked = Asked(call, source, context, HttpMethod.Get, ref target, selection.Map);
        }

        if ((asked is null || IsTooLong(asked)) && offersBatch)
        {
            var target = new TargetText("/entityOperations/query");
            Times(ref target, selection);
            Page(ref target, paging);
            var body = QueryText.Body(query, attributes, datasetIds, context, SourceEndpoint.Of(source).IsLdJson, selection.Map);
            asked = Asked(call, source, context, HttpMethod.Post, ref target, default) with { Body = body, Map = selection.Map };
        }

        return asked is null || paging.Next is null ? asked : asked with { Target = $"{asked.Target.Split('?')[0]}?{paging.Next}" };
    }

    // Asked for only where they are needed: the plainest request is the one that every source knows.
    private static void Times(ref TargetText target, SourceSelection selection)
    {
        if (selection.WithTimes) target.Add("options", "sysAttrs");
    }

    private static void Page(ref TargetText target, SourcePaging paging)
    {
        if (paging.Limit > 0) target.Add("limit", paging.Limit);
        if (paging.Offset > 0) target.Add("offset", paging.Offset);
    }

    // attrs says both which Entities and what of them. Where the two have nothing in common, pick says the second.
    private static ImmutableArray<string> Attributes(EntityQuery query, SourceSelection selection, out ImmutableArray<string> pick)
    {
        pick = [];
        if (query.AttributeNames.IsEmpty) return selection.AttributeNames;
        if (selection.AttributeNames.IsEmpty) return query.AttributeNames;
        var common = query.AttributeNames.RemoveAll(name => !selection.AttributeNames.Contains(name));
        if (!common.IsEmpty) return common;
        pick = selection.AttributeNames;
        return query.AttributeNames;
    }

    private static SourceCall Asked(
        Call call, ContextSource source, Context context, HttpMethod method, ref TargetText target, SourceMapUse map, bool isBrief = false)
    {
        target.Map(map);
        target.Local(SourceEndpoint.Of(source));
        return new(call, source, context, method, target.ToString()) { IsConsumption = true, IsBrief = isBrief, Map = map };
    }

    // The pages that sources give of themselves are of round numbers.
    private static bool IsFull(int given, int limit) => given > 0 && (limit > 0 ? given == limit : given % 10 == 0);

    // Some sources never tell that there is more (6.3.10): of those a full page is taken for a sign.
    private static bool HasMore(SourceCall asked, SourceReply reply, bool isFull)
    {
        if (HasMore(reply)) return asked.Endpoint.TellsMore = true;
        return isFull && !asked.Endpoint.TellsMore;
    }

    private static bool HasMore(SourceReply reply)
    {
        if (reply.Link is null) return false;
        var links = new LinkValues(reply.Link);
        while (links.MoveNext())
        {
            if (links.IsOf("next")) return true;
        }

        return false;
    }
}
