using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation.Writing;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>Asks sources for the evolutions that a request is about: all pages, and all parts of the time range (ETSI GS CIM 009 6.3.10).</summary>
internal sealed class EvolutionGathering(IContextRegistry registry, IContextSourceClient client, FederationSettings settings, Limits limits, TimeProvider clock)
{
    private readonly EntityReaderOptions _reading = new() { MaxDepth = limits.JsonDepth };

    /// <summary>Null where no source is to be asked.</summary>
    /// <param name="call">The request.</param>
    /// <param name="id">One Entity; null for those that the request selects.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <param name="told">Registrations whose sources have told all that is wanted.</param>
    public async ValueTask<GatheredEvolutions?> GatherAsync(
        Call call, string? id, TemporalRequest request, CancellationToken cancellation, IReadOnlySet<string>? told = null)
    {
        if (call.Local || !registry.HasAny(call.Tenant)) return null;
        var shares = Shares(call, id, request, id is null ? ContextSourceOperations.QueryTemporal : ContextSourceOperations.RetrieveTemporal);
        if (told is { Count: > 0 }) shares = shares.RemoveAll(share => told.Contains(share.Source.Id));
        if (request.Map?.Known is { } map) shares = [.. shares.Select(share => share.Within(map)).OfType<EvolutionShare>()];
        if (shares.IsEmpty) return null;
        var room = new Room(settings.Instances);
        var answers = await SourceRequests.AllAsync(
            [.. shares.Select(share => (Func<CancellationToken, ValueTask<SourceAnswer<ReceivedPart>>>)(stop => AskAsync(call, share, id, request, room, stop)))],
            settings, clock, cancellation);
        return GatheredEvolutions.Of(shares, answers, request.Time.Property);
    }

    /// <summary>What sources tell as EntityMaps of their own, of those that offer that (5.14.5): ids, without a single instance.</summary>
    public async ValueTask<ToldMaps> MapAsync(Call call, TemporalRequest request, CancellationToken cancellation)
    {
        if (call.Local || request.Map?.Links is not { } links || !registry.HasAny(call.Tenant)) return ToldMaps.None;
        // Several requests would make several EntityMaps, of which one could be linked.
        var shares = Shares(call, null, request, ContextSourceOperations.CreateEntityMapQueryTemporal)
            .RemoveAll(share => share.Selectors.Length != 1 || !MapAsking.MayMap(share.Source));
        var told = new ToldMaps();
        var answers = await SourceRequests.AllAsync(
            [.. shares.Select(share => (Func<CancellationToken, ValueTask<SourceAnswer<SourceMap>>>)(stop => MapAsync(call, share, request, links, stop)))],
            settings, clock, cancellation);
        for (var i = 0; i < shares.Length; i++)
        {
            if (answers[i] is not { IsSuccess: true, Value: { } map } || LinkedMap.Of(map.Location, default) is not { } link) continue;
            links.Put(shares[i].Source.Id, link);
            told.Add(shares[i], map);
        }

        return told;
    }

    private ImmutableArray<EvolutionShare> Shares(Call call, string? id, TemporalRequest request, ContextSourceOperations operation)
    {
        var filtered = InstanceFilter.Of(request.Query.Q, request.Query.Geo).TryGet(out var filter, out _) && filter is not null ? filter.AttributeNames : [];
        return
        [
            .. HistorySources.Of(registry, call, About(id, request), operation)
                .Select(match => EvolutionShare.Of(match, id, request, filtered))
                .OfType<EvolutionShare>(),
        ];
    }

    private async ValueTask<SourceAnswer<SourceMap>> MapAsync(
        Call call, EvolutionShare share, TemporalRequest request, LinkedMaps links, CancellationToken stop)
    {
        var named = await client.ContextAsync(call, share.Source, stop);
        if (!named.IsSuccess) return new(named.Outcome, null, named.Detail);
        var asked = EvolutionQuestion.Map(share, share.Selectors[0], request.Time, named.Value!);
        var answer = await client.SendAsync(call, share.Source, asked with { Map = new(null, IsWanted: true, links.Lifetime) }, stop);
        if (answer is not { IsSuccess: true, Value: { } document }) return new(answer.Outcome, null, answer.Detail);
        return Http.MapAnswers.Read(document.Body, answer.EntityMap ?? document.Location).TryGet(out var map, out var error)
            ? new(SourceOutcome.Success, map)
            : new(SourceOutcome.Invalid, null, error.Detail);
    }

    private static RegistrationQuery About(string? id, TemporalRequest request)
    {
        var time = request.Time;
        DateTimeOffset? from = time.From == long.MinValue ? null : new DateTimeOffset(time.From, TimeSpan.Zero);
        DateTimeOffset? to = time.To == long.MaxValue ? null : new DateTimeOffset(time.To, TimeSpan.Zero);
        return new()
        {
            Selectors = id is null ? request.Query.Selectors : [new EntitySelector { Ids = [id] }],
            AttributeNames = request.Attributes.Remove(TemporalEntity.Scope),
            Csf = request.Query.Csf,
            Time = new(time.Property != TimeProperty.ObservedAt, from, to),
        };
    }

    private async ValueTask<SourceAnswer<ReceivedPart>> AskAsync(
        Call call, EvolutionShare share, string? id, TemporalRequest request, Room room, CancellationToken stop)
    {
        var named = await client.ContextAsync(call, share.Source, stop);
        if (!named.IsSuccess) return new(named.Outcome, null, named.Detail);
        var context = named.Value!;
        var lastN = EvolutionQuestion.ForwardsLastN(request);
        var part = new ReceivedPart();
        var links = share.Selectors.Length == 1 ? request.Map?.Links : null;
        ImmutableArray<string> ids = id is not null ? [id] : request.Map?.Known is null ? default : [.. share.Selectors.SelectMany(selector => selector.Ids)];
        ValueTask<SourceAnswer<SourceDocument>> SendAsync(SourceRequest sent) =>
            MapAsking.AskAsync(links, share.Source, ids, map => client.SendAsync(call, share.Source, sent with { Map = map }, stop));
        if (id is not null)
        {
            return await RangeAsync(share, request.Time, time => SendAsync(EvolutionQuestion.Retrieve(share, id, time, lastN, context)), part, room);
        }

        foreach (var selector in share.Selectors)
        {
            string? next = null;
            for (var offset = 0; ;)
            {
                var (start, following) = (offset, next);
                part.BeginPage(isFirst: offset == 0);
                var answer = await RangeAsync(share, request.Time, time => SendAsync(Question(time, start, following)), part, room);
                if (!answer.IsSuccess) return answer;
                offset += part.Entities;
                next = part.Next;
                if (!part.HasNew || (!part.HasMore && part.Entities < EvolutionQuestion.Page)) break;
            }

            // The source's link leads to the whole time range of the next page; a rest of it is asked for by offset.
            SourceRequest Question(TemporalQuery time, int offset, string? following) =>
                following is not null && ReferenceEquals(time, request.Time)
                    ? EvolutionQuestion.Following(following)
                    : EvolutionQuestion.Query(share, selector, time, lastN, offset, context);
        }

        return new(SourceOutcome.Success, part) { IsCached = part.IsCached };
    }

    // One page of Entities over the whole time range, which may take several answers.
    private async ValueTask<SourceAnswer<ReceivedPart>> RangeAsync(
        EvolutionShare share, TemporalQuery time, Func<TemporalQuery, ValueTask<SourceAnswer<SourceDocument>>> ask, ReceivedPart part, Room room)
    {
        while (true)
        {
            var answer = await ask(time);
            if (!answer.IsSuccess) return part.IsEmpty ? Without(answer) : Partly(part, answer.Detail);
            var document = answer.Value!;
            if (!Read(document).TryGet(out var evolutions, out var error))
            {
                return new(SourceOutcome.Invalid, null, $"the answer of the source is not valid: {Http.ProblemText.Printable(error.Detail)}");
            }

            var first = part.Evolutions.Count;
            part.Add(share, evolutions, document, answer.IsCached);
            if (!room.Take(evolutions.Sum(evolution => (long)evolution.Instances.Length)))
            {
                return Partly(part, $"there are more instances than the setting Federation:Instances lets in: {settings.Instances}");
            }

            if (document.ContentRange is null) return new(SourceOutcome.Success, part) { IsCached = part.IsCached };
            // The last n of a source that cannot tell them at once are not all of them.
            var end = EvolutionQuestion.EndOf(document.ContentRange);
            if (end is null || time.LastN is not null || end.Value.UtcTicks <= time.From || time.Relation == TimeRelation.Before)
            {
                return Partly(part, "the source tells only a part of the time range");
            }

            // The next answer begins with them again.
            part.Forget(first, time.Property, end.Value.UtcTicks);
            time = time with { Relation = time.Relation is null ? TimeRelation.After : time.Relation, TimeAt = end.Value };
        }
    }

    private static SourceAnswer<ReceivedPart> Partly(ReceivedPart part, string why)
    {
        part.Problem ??= why;
        return new(SourceOutcome.Success, part);
    }

    private static SourceAnswer<ReceivedPart> Without(in SourceAnswer<SourceDocument> answer) =>
        new(answer.Outcome, null, answer.Detail) { Status = answer.Status, Error = answer.Error };

    private Result<ImmutableArray<TemporalEntity>> Read(SourceDocument document)
    {
        ImmutableArray<ReadOnlyMemory<byte>> items = [document.Body];
        var text = document.Body.Span.Trim(" \t\r\n"u8);
        if (text is [(byte)'[', .. var inside, (byte)']'] && inside.Trim(" \t\r\n"u8).IsEmpty) return ImmutableArray<TemporalEntity>.Empty;
        if (text is [(byte)'[', ..] && !EntityReader.SplitArray(document.Body, _reading).TryGet(out items, out var error)) return error;
        var evolutions = ImmutableArray.CreateBuilder<TemporalEntity>(items.Length);
        foreach (var item in items)
        {
            if (!TemporalEntityReader.ReadReceived(item, document.Context, _reading).TryGet(out var evolution, out error)) return error;
            evolutions.Add(evolution);
        }

        return evolutions.MoveToImmutable();
    }

    /// <summary>How many instances all sources together may still give.</summary>
    private sealed class Room(long left)
    {
        private long _left = left;

        public bool Take(long instances) => Interlocked.Add(ref _left, -instances) >= 0;
    }
}
