using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Temporal;

/// <summary>Finds out which Entities a request means, and reads their instances (ETSI GS CIM 009 5.7.4.4, step by step).</summary>
internal sealed class EvolutionReader(ITemporalStore store, string tenant, TemporalRequest request, InstanceFilter? filter)
{
    private const int AtOnce = 1000;

    // Where much is read, a page costs the store more than what is on it.
    private const int Most = 8000;

    private readonly InstanceRange _range = new(request.Time.Property, request.Time.From, request.Time.To);
    private readonly ImmutableArray<string> _datasetIds = request.Query.DatasetIds;

    /// <summary>Entities that have an instance in the interval and meet q, geoQ and scopeQ (S1 to S4), in order.</summary>
    public async IAsyncEnumerable<AdmittedEvolution> FindAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var selection = new TemporalSelection
        {
            Selectors = request.Query.Selectors,
            AttributeNames = request.Attributes,
            Range = request.Time.Relation is null ? null : _range,
        };
        await foreach (var head in store.ListAsync(tenant, selection, cancellation))
        {
            if (await AdmitAsync(head, cancellation) is { } admitted) yield return admitted;
        }
    }

    /// <summary>Null where the Entity is not meant.</summary>
    public async ValueTask<AdmittedEvolution?> AdmitAsync(TemporalHead head, CancellationToken cancellation)
    {
        EvolutionMatch? match = null;
        if (filter is not null)
        {
            match = filter.Begin(new(head.Id, head.Types, head.CreatedAt, head.ModifiedAt, head.DeletedAt));
            foreach (var series in head.Series) await LookThroughAsync(series, match, cancellation);
            if (!match.Holds) return null;
        }

        if (request.Query.Scope is not { } scope) return new(head, match, null);
        var timeline = await TimelineAsync(head, scope, cancellation);
        return timeline.HoldsIn(_range.From, _range.To) ? new(head, match, timeline) : null;
    }

    /// <summary>Whether the Entity has an instance of an Attribute that is asked for in the interval.</summary>
    public async ValueTask<bool> HasAnyAsync(TemporalHead head, CancellationToken cancellation)
    {
        foreach (var series in head.Series)
        {
            if (!request.Attributes.IsEmpty && !request.Attributes.Contains(series.Attribute)) continue;
            var page = await store.ReadAsync(tenant, series, _range, new(1), cancellation);
            if (!page.Instances.IsEmpty) return true;
        }

        return false;
    }

    /// <summary>The series that are shown, those of one Attribute together.</summary>
    public IEnumerable<(string Name, ImmutableArray<TemporalSeries> Series)> Shown(TemporalHead head)
    {
        for (var i = 0; i < head.Series.Length;)
        {
            var name = head.Series[i].Attribute;
            var all = ImmutableArray.CreateBuilder<TemporalSeries>(1);
            for (; i < head.Series.Length && head.Series[i].Attribute == name; i++)
            {
                if (name == TemporalEntity.Scope || IsSelected(head.Series[i].DatasetId)) all.Add(head.Series[i]);
            }

            if (all.Count > 0 && request.Shown.Shows(name)) yield return (name, all.DrainToImmutable());
        }
    }

    /// <summary>The instances of a series that are shown, in order, in pieces.</summary>
    /// <param name="evolution">Whose they are.</param>
    /// <param name="series">Which.</param>
    /// <param name="bounds">Asked before each piece: the interval may shrink.</param>
    /// <param name="atOnce">How many to read at first.</param>
    /// <param name="backwards">From the latest on.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async IAsyncEnumerable<ImmutableArray<StoredInstance>> ReadAsync(
        AdmittedEvolution evolution,
        TemporalSeries series,
        Func<(long From, long To)> bounds,
        int atOnce,
        bool backwards,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var filters = evolution.Timeline is not null || (evolution.Match is not null && filter!.AttributeNames.Contains(series.Attribute));
        var paging = new InstancePaging(Math.Clamp(atOnce, 1, Most), backwards);
        while (true)
        {
            var (from, to) = bounds();
            if (from >= to) yield break;
            var page = await store.ReadAsync(tenant, series, _range with { From = from, To = to }, paging, cancellation);
            if (!page.Instances.IsEmpty)
            {
                yield return filters ? [.. page.Instances.Where(instance => IsShown(evolution, instance))] : page.Instances;
            }

            if (!page.HasMore) yield break;
            paging = new(Most, backwards, page.LastTicks, page.LastNumber);
        }
    }

    /// <summary>Aggregates the instances of an Attribute; null where there are none.</summary>
    public async ValueTask<SeriesAggregate?> AggregateAsync(
        AdmittedEvolution evolution, ImmutableArray<TemporalSeries> series, Aggregation aggregation, int most, CancellationToken cancellation)
    {
        if (await FirstAsync(series, cancellation) is not { } first) return null;
        var aggregate = new SeriesAggregate(aggregation, request.Time, first, most);
        var visitor = new AggregatingVisitor(aggregate);
        foreach (var one in series)
        {
            if (evolution.Timeline is null && (evolution.Match is null || !filter!.AttributeNames.Contains(one.Attribute)))
            {
                await store.VisitAsync(tenant, one, _range, visitor, cancellation);
                continue;
            }

            await foreach (var piece in ReadAsync(evolution, one, () => (_range.From, _range.To), Most, false, cancellation))
            {
                foreach (var instance in piece)
                {
                    if (instance.DeletedAt is null) visitor.Other(TicksOf(instance), instance.Attribute);
                }
            }
        }

        return aggregate.PeriodCount == 0 ? null : aggregate;
    }

    /// <summary>Where an instance stands in time.</summary>
    public long TicksOf(in StoredInstance instance) => TimeOf(instance) ?? instance.Attribute.ModifiedAtTicks;

    private async ValueTask<long?> FirstAsync(ImmutableArray<TemporalSeries> series, CancellationToken cancellation)
    {
        // Only where the query names no beginning does it matter which it is.
        if (_range.From != long.MinValue) return _range.From;
        long? first = null;
        foreach (var one in series)
        {
            var page = await store.ReadAsync(tenant, one, _range, new(1), cancellation);
            if (!page.Instances.IsEmpty) first = Math.Min(first ?? long.MaxValue, page.LastTicks);
        }

        return first;
    }

    private async ValueTask LookThroughAsync(TemporalSeries series, EvolutionMatch match, CancellationToken cancellation)
    {
        var paging = new InstancePaging(AtOnce);
        while (match.Asks(series.Attribute))
        {
            var page = await store.ReadAsync(tenant, series, _range, paging, cancellation);
            foreach (var instance in page.Instances)
            {
                if (instance.DeletedAt is null) match.See(instance.Attribute);
            }

            if (!page.HasMore) return;
            paging = new(AtOnce, false, page.LastTicks, page.LastNumber);
        }
    }

    // A scope counts from its time on, which may be before the interval (C.5.16); its own evolution is short.
    private async ValueTask<ScopeTimeline> TimelineAsync(TemporalHead head, ScopeQuery query, CancellationToken cancellation)
    {
        var all = new List<StoredInstance>();
        foreach (var series in head.Series)
        {
            if (series.Attribute != TemporalEntity.Scope) continue;
            var paging = new InstancePaging(AtOnce);
            while (true)
            {
                var page = await store.ReadAsync(tenant, series, InstanceRange.All with { Property = _range.Property }, paging, cancellation);
                all.AddRange(page.Instances);
                if (!page.HasMore) break;
                paging = new(AtOnce, false, page.LastTicks, page.LastNumber);
            }
        }

        var timeline = new ScopeTimeline(query);
        foreach (var scope in all.OrderBy(scope => ScopeTimeOf(scope))) timeline.Add(ScopeTimeOf(scope), scope.Attribute);
        return timeline;
    }

    // When it was observed, or else entered.
    private long ScopeTimeOf(in StoredInstance scope) => _range.Property == TimeProperty.ObservedAt
        ? TimeOf(scope) ?? long.MinValue
        : scope.Attribute.ModifiedAtTicks;

    private long? TimeOf(in StoredInstance instance)
    {
        var attribute = instance.Attribute;
        switch (_range.Property)
        {
            case TimeProperty.CreatedAt:
                return attribute.CreatedAtTicks;
            case TimeProperty.ModifiedAt:
                return attribute.ModifiedAtTicks;
            case TimeProperty.DeletedAt:
                return instance.DeletedAt?.Value.UtcTicks;
            default:
                return attribute.ObservedAtTicks is var observedAt && observedAt != long.MinValue ? observedAt : null;
        }
    }

    private bool IsShown(AdmittedEvolution evolution, in StoredInstance instance)
    {
        if (evolution.Timeline is { } timeline && !timeline.HoldsAt(TicksOf(instance))) return false;
        return evolution.Match is not { } match || match.Shows(instance.Attribute);
    }

    private bool IsSelected(string? datasetId) => _datasetIds.IsDefaultOrEmpty || _datasetIds.Contains(datasetId ?? "@none");

    private sealed class AggregatingVisitor(SeriesAggregate aggregate) : IInstanceVisitor
    {
        public void Numbers(ReadOnlySpan<long> ticks, ReadOnlySpan<double> numbers)
        {
            for (var i = 0; i < ticks.Length; i++) aggregate.Add(ticks[i], numbers[i]);
        }

        public void Other(long ticks, in PackedAttribute attribute) => aggregate.Add(ticks, attribute);
    }
}

/// <summary>An Entity that is meant, and what decides which of its instances are.</summary>
/// <param name="Head">The Entity.</param>
/// <param name="Match">Null where there is neither q nor geoQ.</param>
/// <param name="Timeline">Null where there is no scopeQ.</param>
internal sealed record AdmittedEvolution(TemporalHead Head, EvolutionMatch? Match, ScopeTimeline? Timeline);
