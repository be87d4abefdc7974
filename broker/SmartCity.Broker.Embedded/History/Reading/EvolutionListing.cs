using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.History.Reading;

/// <summary>Walks through the evolutions of a tenant in the order in which they came, some at a time.</summary>
internal sealed class EvolutionListing(int tenant, TemporalSelection selection, NameTable names)
{
    private readonly HashSet<string>? _ids = IdsOf(selection);

    // Id of the last evolution in the file that was looked at.
    private long _last;

    /// <param name="view">What is not folded.</param>
    /// <param name="snapshot">Taken after the view.</param>
    /// <param name="limit">How many to look at.</param>
    /// <param name="isDone">Whether there are no more.</param>
    public List<TemporalHead> Next(UnfoldedView view, HistorySnapshot snapshot, int limit, out bool isDone)
    {
        var heads = new List<TemporalHead>();
        var folded = _ids is null ? snapshot.Tables.EntitiesAfter(tenant, _last, limit) : Named(snapshot);
        foreach (var entity in folded) Add(heads, entity.Uri, entity, view, snapshot);
        isDone = _ids is not null || folded.Count < limit;
        if (folded.Count > 0) _last = folded[^1].Id;
        if (!isDone) return heads;
        foreach (var id in view.Ids(tenant))
        {
            if (IsNamed(id) && snapshot.Tables.FindEntity(tenant, id) is null) Add(heads, id, null, view, snapshot);
        }

        return heads;
    }

    private void Add(List<TemporalHead> heads, string id, FoldedEntity? folded, UnfoldedView view, HistorySnapshot snapshot)
    {
        if (!IsNamed(id)) return;
        var entries = view.Find(tenant, id, snapshot.FoldedTo);
        if (EvolutionView.Of(id, folded, entries, snapshot, names) is not { } evolution) return;
        if (IsSelected(evolution) && HasInstances(evolution, snapshot)) heads.Add(evolution.Head());
    }

    private List<FoldedEntity> Named(HistorySnapshot snapshot)
    {
        var found = new List<FoldedEntity>();
        foreach (var id in _ids!)
        {
            if (snapshot.Tables.FindEntity(tenant, id) is { } entity) found.Add(entity);
        }

        found.Sort((a, b) => a.Id.CompareTo(b.Id));
        return found;
    }

    // Before anything else is looked up.
    private bool IsNamed(string id)
    {
        if (selection.Selectors.IsEmpty) return true;
        foreach (var selector in selection.Selectors)
        {
            if (IsNamed(selector, id)) return true;
        }

        return false;
    }

    private static bool IsNamed(EntitySelector selector, string id) =>
        (selector.Ids.IsEmpty || selector.Ids.Contains(id)) && selector.IdPattern?.Matches(id) != false;

    private bool IsSelected(EvolutionView evolution)
    {
        if (selection.Selectors.IsEmpty) return true;
        foreach (var selector in selection.Selectors)
        {
            if (IsNamed(selector, evolution.Id) && (selector.Type is null || Has(evolution.Types, selector.Type))) return true;
        }

        return false;
    }

    private static bool Has(IReadOnlyList<Name> types, TypeSelection selection) => selection switch
    {
        TypeIs type => types.Any(name => name.Iri == type.Type),
        TypeAnd all => all.Terms.All(term => Has(types, term)),
        TypeOr any => any.Terms.Any(term => Has(types, term)),
        _ => true,
    };

    private bool HasInstances(EvolutionView evolution, HistorySnapshot snapshot)
    {
        if (selection is { Range: null, AttributeNames.IsEmpty: true }) return true;
        foreach (var series in evolution.Series)
        {
            if (!selection.AttributeNames.IsEmpty && !selection.AttributeNames.Contains(series.Attribute.Iri)) continue;
            if (selection.Range is not { } range || new SeriesReader(snapshot, names, series, range).Any()) return true;
        }

        return false;
    }

    /// <summary>Null where not all selectors name ids.</summary>
    private static HashSet<string>? IdsOf(TemporalSelection selection)
    {
        if (selection.Selectors.IsEmpty || selection.Selectors.Any(selector => selector.Ids.IsEmpty)) return null;
        return [.. selection.Selectors.SelectMany(selector => selector.Ids)];
    }
}
