using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Asks one source for all that it has of a query, page by page (ETSI GS CIM 009 5.5.9): as its links say, or else by offset. Each Entity is
/// taken once, and a source that gives none but known ones has come to its end, whatever it says.
/// </summary>
/// <param name="call">The request.</param>
/// <param name="source">The source.</param>
/// <param name="client">Asks it.</param>
/// <param name="round">Bounds the time.</param>
/// <param name="links">The EntityMaps of sources that are used or made; null for none.</param>
/// <param name="ids">The Entities that are asked for; default for all that the query finds.</param>
internal sealed class SourcePages(
    Call call, PlannedSource source, IContextSourceClient client, SourceRound round, LinkedMaps? links = null,
    ImmutableArray<string> ids = default)
{
    /// <summary>Entities of a page that every source gives.</summary>
    public const int SurePage = 100;

    /// <summary>Entities of the pages of a source that has many.</summary>
    private const int LargePage = 1000;

    /// <summary>What came of the last page.</summary>
    /// <param name="query">Which Entities.</param>
    /// <param name="first">Entities of the first page at most; 0 for as many as the source likes.</param>
    /// <param name="take">Takes an Entity of a page.</param>
    /// <param name="isEnough">Whether no further page is wanted.</param>
    public async Task<SourceOutcome> ReadAsync(EntityQuery query, int first, Action<Entity> take, Func<bool> isEnough)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var paging = new SourcePaging(0, first);
        while (true)
        {
            var answer = await AskAsync(query, first, paging).ConfigureAwait(false);
            if (answer is not { IsSuccess: true, Value: { } page }) return answer.Outcome;
            var isNew = false;
            foreach (var entity in page.Entities)
            {
                if (!known.Add(entity.Id)) continue;
                isNew = true;
                take(entity);
            }

            if (!page.HasMore || page.Given == 0 || (!isNew && !page.Entities.IsEmpty) || isEnough()) return SourceOutcome.Success;
            paging = new(paging.Offset + page.Given, LargePage) { Next = page.Next };
        }
    }

    private Task<SourceAnswer<SourcePage>> AskAsync(EntityQuery query, int first, SourcePaging paging) =>
        round.AskAsync(source.Source, token => MapAsking.AskAsync(links, source.Source, ids, map => AskAsync(query, first, paging, map, token)));

    private async ValueTask<SourceAnswer<SourcePage>> AskAsync(
        EntityQuery query, int first, SourcePaging paging, SourceMapUse map, CancellationToken cancellation)
    {
        var selection = source.Selection with { Map = map };
        var answer = await client.QueryAsync(call, source.Source, query, selection, Enlarged(paging, first), cancellation).ConfigureAwait(false);
        if (answer.Outcome != SourceOutcome.Refused || paging.Limit <= SurePage) return answer;
        // A source may refuse pages that another one gives, without saying how large they may be.
        var smaller = Enlarged(paging with { Limit = SurePage }, first);
        return await client.QueryAsync(call, source.Source, query, selection, smaller, cancellation).ConfigureAwait(false);
    }

    private static SourcePaging Enlarged(SourcePaging paging, int first) =>
        paging.Next is { } next ? paging with { Next = Http.NextPage.WithLimit(next, first, paging.Limit) } : paging;
}
