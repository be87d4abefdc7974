using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>Every name that a Subscription mentions, expanded.</summary>
public static class SubscriptionNames
{
    public static IReadOnlySet<string> Of(Subscription subscription)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        names.UnionWith(subscription.WatchedAttributes);
        names.UnionWith(subscription.Notification.Attributes);
        foreach (var selector in subscription.Entities) Add(selector.Type, names);
        Add(subscription.Q, names);
        Add(subscription.Csf, names);
        if (subscription.GeoQ is { } geo) Add(geo.Query.Path, names);
        Add(subscription.Notification.Pick, names);
        Add(subscription.Notification.Omit, names);
        return names;
    }

    internal static void Add(TypeSelection? selection, HashSet<string> names)
    {
        switch (selection)
        {
            case TypeIs type: names.Add(type.Type); break;
            case TypeAnd and:
                foreach (var term in and.Terms) Add(term, names);
                break;
            case TypeOr or:
                foreach (var term in or.Terms) Add(term, names);
                break;
            default: break;
        }
    }

    internal static void Add(QExpression? expression, HashSet<string> names)
    {
        switch (expression)
        {
            case QExists exists: Add(exists.Path, names); break;
            case QCompare compare: Add(compare.Path, names); break;
            case QAnd and:
                foreach (var term in and.Terms) Add(term, names);
                break;
            case QOr or:
                foreach (var term in or.Terms) Add(term, names);
                break;
            default: break;
        }
    }

    internal static void Add(AttributePath path, HashSet<string> names)
    {
        names.UnionWith(path.Names);
        if (path.Linked is not { } linked) return;
        names.UnionWith(linked.Types);
        Add(linked.Path, names);
    }

    internal static void Add(Projection? projection, HashSet<string> names)
    {
        foreach (var member in projection?.Members ?? [])
        {
            names.Add(member.Name);
            Add(member.Linked, names);
        }
    }
}
