using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History.Reading;

/// <summary>An evolution at a moment: what is in blocks, and what is not yet laid over it.</summary>
internal sealed class EvolutionView
{
    private readonly FoldedEntity? _folded;
    private readonly EntityDelta? _delta;

    private EvolutionView(string id, FoldedEntity? folded, EntityDelta? delta, List<SeriesView> series, List<Name> types)
    {
        Id = id;
        _folded = folded;
        _delta = delta;
        Series = series;
        Types = types;
    }

    public string Id { get; }

    public IReadOnlyList<Name> Types { get; }

    /// <summary>Series of one Attribute side by side.</summary>
    public IReadOnlyList<SeriesView> Series { get; }

    /// <summary>Null where there is none.</summary>
    public static EvolutionView? Of(
        string id, FoldedEntity? folded, List<UnfoldedEntry>? entries, HistorySnapshot snapshot, NameTable names)
    {
        var delta = entries is null && folded is not { Loose.Length: > 0 } ? null : EntityDelta.Of(folded?.Loose, entries ?? [], names);
        if (delta?.IsReset == true) folded = null;
        if (!(delta?.IsThere ?? folded is not null)) return null;
        var types = new List<Name>();
        if (folded is not null) foreach (var type in folded.Types) types.Add(names.FromFile(type));
        if (delta is not null) foreach (var type in delta.Types) if (!types.Contains(type)) types.Add(type);
        return new(id, folded, delta, SeriesOf(folded, delta, snapshot, names), types);
    }

    public TemporalHead Head() => new()
    {
        Id = Id,
        Types = [.. Types.Select(type => type.Iri)],
        Series = [.. Series.Select(view => new TemporalSeries(Id, view.Attribute.Iri, view.Dataset.Length == 0 ? null : view.Dataset))],
        CreatedAt = At(_folded?.CreatedAt ?? _delta!.CreatedAt),
        ModifiedAt = At(_delta is { ModifiedAt: not InstanceRow.None } newer ? newer.ModifiedAt : _folded!.ModifiedAt),
        DeletedAt = DeletedAt is { } deleted ? At(deleted) : null,
    };

    public SeriesView? Find(Name attribute, string dataset)
    {
        foreach (var series in Series)
        {
            if (series.Attribute == attribute && series.Dataset == dataset) return series;
        }

        return null;
    }

    private long? DeletedAt =>
        _delta?.HasDeletedAt != true ? _folded?.DeletedAt : _delta.DeletedAt == InstanceRow.None ? null : _delta.DeletedAt;

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);

    private static List<SeriesView> SeriesOf(FoldedEntity? folded, EntityDelta? delta, HistorySnapshot snapshot, NameTable names)
    {
        var all = new List<SeriesView>();
        foreach (var series in folded is null ? [] : snapshot.Tables.SeriesOf(folded.Id))
        {
            var name = names.FromFile(series.Attribute);
            if (delta?.IsGone(name, series.Dataset) == true) continue;
            var view = new SeriesView(name, series.Dataset, series, delta?.Find(name, series.Dataset));
            // The last instance may be gone.
            if (view.Delta is not { Removed.Count: > 0 } || new SeriesReader(snapshot, names, view, InstanceRange.All).Any()) all.Add(view);
        }

        var inBlocks = all.Count;
        foreach (var series in delta?.Series ?? [])
        {
            if (series.Added.Count > 0 && !IsAmong(all, inBlocks, series)) all.Add(new(series.Attribute, series.Dataset, null, series));
        }

        // Stable: names in the order in which they came.
        return all.Count < 3 || all.TrueForAll(view => view.Dataset.Length == 0)
            ? all : [.. all.GroupBy(view => view.Attribute).SelectMany(group => group)];
    }

    private static bool IsAmong(List<SeriesView> views, int count, SeriesDelta series)
    {
        for (var i = 0; i < count; i++)
        {
            if (views[i].Delta == series) return true;
        }

        return false;
    }
}
