using SmartCity.Broker.Federation.Http;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation;

/// <summary>EntityMaps of sources (ETSI GS CIM 009 5.14.4, 6.34).</summary>
public sealed partial class ContextSourceClient
{
    private const string EntityMaps = "/entityMaps";

    public async ValueTask<SourceAnswer<SourceMap>> MapAsync(
        Call call, ContextSource source, EntityQuery query, SourceSelection selection, CancellationToken cancellation)
    {
        var named = await ContextAsync(call, source, cancellation).ConfigureAwait(false);
        if (!named.IsSuccess) return Passed<Context, SourceMap>(named);
        var asked = MapQuestion(call, source, query, selection, named.Value!);
        var reply = await AskAsync(asked, cancellation).ConfigureAwait(false);
        if (Problem<SourceMap>(asked, reply) is { } problem) return problem;
        var read = MapAnswers.Read(reply.Body, reply.EntityMap ?? reply.Location);
        return Told(asked, reply, read.TryGet(out var map, out var error) ? Answer(map, null) : Answer<SourceMap>(null, error));
    }

    private SourceCall MapQuestion(Call call, ContextSource source, EntityQuery query, SourceSelection selection, Context context)
    {
        var attributes = Attributes(query, selection, out _);
        var datasetIds = selection.DatasetIds.IsEmpty ? query.DatasetIds : selection.DatasetIds;
        SourceCall? asked = null;
        if (QueryText.FitsParameters(query))
        {
            var target = new TargetText(EntityMaps);
            QueryText.AddTo(ref target, query, attributes, datasetIds, context);
            asked = Asked(call, source, context, HttpMethod.Get, ref target, selection.Map);
        }

        if (asked is null || IsTooLong(asked))
        {
            var target = new TargetText(EntityMaps);
            var body = QueryText.Body(query, attributes, datasetIds, context, SourceEndpoint.Of(source).IsLdJson, selection.Map);
            asked = Asked(call, source, context, HttpMethod.Post, ref target, default) with { Body = body, Map = selection.Map };
        }

        return asked;
    }

    private bool IsTooLong(SourceCall asked) => asked.Target.Length + (asked.Endpoint.Root?.Length ?? 0) > _settings.UrlCharacters;
}
