using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>Every name that a Snapshot's queries mention, expanded.</summary>
public static class SnapshotNames
{
    public static IReadOnlySet<string> Of(Snapshot snapshot)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var query in snapshot.Queries) Add(query, names);
        foreach (var query in snapshot.TemporalQueries) Add(query, names);
        return names;
    }

    private static void Add(SnapshotQuery query, HashSet<string> names)
    {
        names.UnionWith(query.Attributes);
        foreach (var selector in query.Entities) SubscriptionNames.Add(selector.Type, names);
        SubscriptionNames.Add(query.Q, names);
        SubscriptionNames.Add(query.Csf, names);
        if (query.GeoQ is { } geo) SubscriptionNames.Add(geo.Query.Path, names);
        SubscriptionNames.Add(query.Pick, names);
        SubscriptionNames.Add(query.Omit, names);
    }
}
