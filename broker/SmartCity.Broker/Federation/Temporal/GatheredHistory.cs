using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>
/// The history of one tenant, that of this broker and what sources have told for one request, as one store: all that can be asked of a
/// history (filters, the last n, aggregates, pages) is answered by those who answer it of this broker's own.
/// </summary>
internal sealed class GatheredHistory(ITemporalStore own, IReadOnlyDictionary<string, RemoteEvolution> remote) : ITemporalStore
{
    public ValueTask<Result<TemporalOutcome>> CommitAsync(string tenant, TemporalWrite write, CancellationToken cancellation) =>
        own.CommitAsync(tenant, write, cancellation);

    public async ValueTask<TemporalHead?> FindAsync(string tenant, string entityId, CancellationToken cancellation)
    {
        var head = await own.FindAsync(tenant, entityId, cancellation);
        return remote.TryGetValue(entityId, out var evolution) ? Together(head, evolution) : head;
    }

    /// <summary>This broker's own in their order, then those that only sources have, by id.</summary>
    public async IAsyncEnumerable<TemporalHead> ListAsync(
        string tenant, TemporalSelection selection, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var head in own.ListAsync(tenant, selection, cancellation))
        {
            given.Add(head.Id);
            yield return remote.TryGetValue(head.Id, out var evolution) ? Together(head, evolution) : head;
        }

        foreach (var evolution in remote.Values.OrderBy(evolution => evolution.Id, StringComparer.Ordinal))
        {
            if (given.Contains(evolution.Id)) continue;
            var head = Together(await own.FindAsync(tenant, evolution.Id, cancellation), evolution);
            if (IsSelected(head, selection) && await HasAnyAsync(tenant, head, selection, cancellation)) yield return head;
        }
    }

    public async ValueTask<InstancePage> ReadAsync(
        string tenant, TemporalSeries series, InstanceRange range, InstancePaging paging, CancellationToken cancellation)
    {
        var told = Told(series);
        if (told.IsEmpty) return await own.ReadAsync(tenant, series, range, paging, cancellation);
        for (var wider = paging; ; wider = wider with { Limit = wider.Limit * 4 })
        {
            var here = await own.ReadAsync(tenant, series, range, wider, cancellation);
            var page = MergedPage.Of(here, told, range, paging);
            // All of it may have given way to what was told.
            if (!page.Instances.IsEmpty || !here.HasMore) return page;
        }
    }

    public async ValueTask VisitAsync(
        string tenant, TemporalSeries series, InstanceRange range, IInstanceVisitor visitor, CancellationToken cancellation)
    {
        if (Told(series).IsEmpty)
        {
            await own.VisitAsync(tenant, series, range, visitor, cancellation);
            return;
        }

        const int AtOnce = 5000;
        var paging = new InstancePaging(AtOnce);
        while (true)
        {
            var page = await ReadAsync(tenant, series, range, paging, cancellation);
            foreach (var instance in page.Instances)
            {
                if (instance.DeletedAt is null) visitor.Other(MergedPage.TicksOf(instance, range), instance.Attribute);
            }

            if (!page.HasMore) return;
            paging = new(AtOnce, false, page.LastTicks, page.LastNumber);
        }
    }

    private ImmutableArray<StoredInstance> Told(TemporalSeries series) =>
        remote.TryGetValue(series.EntityId, out var evolution) ? evolution.Instances(series) : [];

    private static TemporalHead Together(TemporalHead? own, RemoteEvolution evolution)
    {
        var series = (own?.Series ?? []).Union(evolution.Series).ToList();
        // Those of one Attribute side by side.
        ImmutableArray<TemporalSeries> ordered = [.. series.GroupBy(one => one.Attribute).SelectMany(one => one)];
        var times = evolution.Series.SelectMany(one => evolution.Instances(one)).Select(instance => instance.Attribute).ToList();
        var createdAt = times.Select(attribute => attribute.CreatedAtTicks).Where(ticks => ticks > 0).DefaultIfEmpty().Min();
        var modifiedAt = times.Select(attribute => attribute.ModifiedAtTicks).DefaultIfEmpty().Max();
        return new()
        {
            Id = evolution.Id,
            Types = [.. (own?.Types ?? []).Union(evolution.Types)],
            Series = ordered,
            CreatedAt = own?.CreatedAt ?? new(createdAt, TimeSpan.Zero),
            ModifiedAt = own is { } here && here.ModifiedAt.UtcTicks > modifiedAt ? here.ModifiedAt : new(modifiedAt, TimeSpan.Zero),
            DeletedAt = own?.DeletedAt,
        };
    }

    private static bool IsSelected(TemporalHead head, TemporalSelection selection)
    {
        if (selection.Selectors.IsEmpty) return true;
        foreach (var selector in selection.Selectors)
        {
            if (!selector.Ids.IsEmpty && !selector.Ids.Contains(head.Id)) continue;
            if (selector.IdPattern?.Matches(head.Id) == false) continue;
            if (selector.Type?.Selects(head.Types) != false) return true;
        }

        return false;
    }

    private async ValueTask<bool> HasAnyAsync(string tenant, TemporalHead head, TemporalSelection selection, CancellationToken cancellation)
    {
        if (selection.Range is null && selection.AttributeNames.IsEmpty) return true;
        foreach (var series in head.Series)
        {
            if (!selection.AttributeNames.IsEmpty && !selection.AttributeNames.Contains(series.Attribute)) continue;
            var page = await ReadAsync(tenant, series, selection.Range ?? InstanceRange.All, new(1), cancellation);
            if (!page.Instances.IsEmpty) return true;
        }

        return false;
    }
}
