using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Who might care about a change, of one tenant's subscribers: found by the Entity's id or its types, and there by the Attributes that
/// changed, so that subscriptions on other things cost nothing. Not safe for concurrent use.
/// </summary>
internal sealed class SubscriptionIndex
{
    private readonly Dictionary<string, Shelf> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Shelf> _byType = new(StringComparer.Ordinal);
    private readonly Shelf _others = new();
    private long _round;

    public void Add(Subscriber subscriber, Subscription subscription)
    {
        foreach (var (shelves, key) in Places(subscription))
        {
            if (shelves is null) _others.Add(subscriber, subscription);
            else if (shelves.TryGetValue(key, out var shelf)) shelf.Add(subscriber, subscription);
            else (shelves[key] = new()).Add(subscriber, subscription);
        }
    }

    public void Remove(Subscriber subscriber, Subscription subscription)
    {
        foreach (var (shelves, key) in Places(subscription))
        {
            if (shelves is null) _others.Remove(subscriber, subscription);
            else if (shelves.TryGetValue(key, out var shelf) && shelf.Remove(subscriber, subscription)) shelves.Remove(key);
        }
    }

    /// <summary>Adds each candidate once.</summary>
    public void Collect(EntityChange change, List<Subscriber> candidates)
    {
        _round++;
        _others.Collect(change, _round, candidates);
        if (_byId.Count > 0 && _byId.TryGetValue(change.EntityId, out var byId)) byId.Collect(change, _round, candidates);
        if (_byType.Count == 0) return;
        var entity = change.After ?? change.Before!;
        for (var i = 0; i < entity.TypeCount; i++)
        {
            if (_byType.TryGetValue(entity.TypeAt(i).Iri, out var byType)) byType.Collect(change, _round, candidates);
        }
    }

    private HashSet<(Dictionary<string, Shelf>? Shelves, string Key)> Places(Subscription subscription)
    {
        var places = new HashSet<(Dictionary<string, Shelf>?, string)>();
        if (subscription.Entities.IsEmpty) places.Add((null, ""));
        foreach (var selector in subscription.Entities)
        {
            if (!selector.Ids.IsEmpty) places.UnionWith(selector.Ids.Select(id => ((Dictionary<string, Shelf>?)_byId, id)));
            else if (Types(selector.Type) is { } types) places.UnionWith(types.Select(type => ((Dictionary<string, Shelf>?)_byType, type)));
            else places.Add((null, ""));
        }

        return places;
    }

    /// <summary>Types of which every selected Entity has at least one; null where there are no such.</summary>
    private static IReadOnlyList<string>? Types(TypeSelection? selection)
    {
        switch (selection)
        {
            case TypeIs type: return [type.Type];
            case TypeAnd and: return and.Terms.Select(Types).Where(types => types is not null).MinBy(types => types!.Count);
            case TypeOr or:
                var all = new List<string>();
                foreach (var term in or.Terms)
                {
                    if (Types(term) is not { } types) return null;
                    all.AddRange(types);
                }

                return all;
            default: return null;
        }
    }

    /// <summary>The subscribers of one place, by the Attributes that they watch: creation and deletion change all an Entity has.</summary>
    private sealed class Shelf
    {
        private readonly Dictionary<string, HashSet<Subscriber>> _byAttribute = new(StringComparer.Ordinal);
        private readonly HashSet<Subscriber> _ofAll = [];

        public void Add(Subscriber subscriber, Subscription subscription)
        {
            if (subscription.WatchedAttributes.IsEmpty) _ofAll.Add(subscriber);
            foreach (var name in subscription.WatchedAttributes)
            {
                if (_byAttribute.TryGetValue(name, out var watching)) watching.Add(subscriber);
                else _byAttribute[name] = [subscriber];
            }
        }

        /// <returns>Whether the shelf is empty then.</returns>
        public bool Remove(Subscriber subscriber, Subscription subscription)
        {
            _ofAll.Remove(subscriber);
            foreach (var name in subscription.WatchedAttributes)
            {
                if (_byAttribute.TryGetValue(name, out var watching) && watching.Remove(subscriber) && watching.Count == 0) _byAttribute.Remove(name);
            }

            return _ofAll.Count == 0 && _byAttribute.Count == 0;
        }

        public void Collect(EntityChange change, long round, List<Subscriber> candidates)
        {
            Take(_ofAll, round, candidates);
            if (_byAttribute.Count == 0) return;
            foreach (var attribute in change.Attributes)
            {
                if (_byAttribute.TryGetValue(attribute.Name, out var watching)) Take(watching, round, candidates);
            }
        }

        private static void Take(HashSet<Subscriber> subscribers, long round, List<Subscriber> candidates)
        {
            foreach (var subscriber in subscribers)
            {
                if (subscriber.Round == round) continue;
                subscriber.Round = round;
                candidates.Add(subscriber);
            }
        }
    }
}
