using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Who might care about a change, of one tenant's subscribers: found by the Entity's id, by its types or by the Attributes that
/// changed, so that subscriptions on other things cost nothing. Not safe for concurrent use.
/// </summary>
internal sealed class SubscriptionIndex
{
    private readonly Dictionary<string, List<Subscriber>> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Subscriber>> _byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Subscriber>> _byAttribute = new(StringComparer.Ordinal);
    private readonly List<Subscriber> _others = [];
    private long _round;

    public void Add(Subscriber subscriber, Subscription subscription) => ForEachPlace(subscription, (places, key) =>
    {
        if (places is null) Put(_others);
        else if (places.TryGetValue(key, out var list)) Put(list);
        else places[key] = [subscriber];

        void Put(List<Subscriber> list)
        {
            if (!list.Contains(subscriber)) list.Add(subscriber);
        }
    });

    public void Remove(Subscriber subscriber, Subscription subscription) => ForEachPlace(subscription, (places, key) =>
    {
        if (places is null) _others.Remove(subscriber);
        else if (places.TryGetValue(key, out var list) && list.Remove(subscriber) && list.Count == 0) places.Remove(key);
    });

    /// <summary>Adds each candidate once.</summary>
    public void Collect(EntityChange change, List<Subscriber> candidates)
    {
        _round++;
        Take(_others, candidates);
        if (_byId.Count > 0 && _byId.TryGetValue(change.EntityId, out var byId)) Take(byId, candidates);
        if (_byType.Count > 0)
        {
            var entity = change.After ?? change.Before!;
            for (var i = 0; i < entity.TypeCount; i++)
            {
                if (_byType.TryGetValue(entity.TypeAt(i).Iri, out var byType)) Take(byType, candidates);
            }
        }

        if (_byAttribute.Count == 0) return;
        foreach (var attribute in change.Attributes)
        {
            if (_byAttribute.TryGetValue(attribute.Name, out var byAttribute)) Take(byAttribute, candidates);
        }
    }

    private void Take(List<Subscriber> list, List<Subscriber> candidates)
    {
        foreach (var subscriber in list)
        {
            if (subscriber.Round == _round) continue;
            subscriber.Round = _round;
            candidates.Add(subscriber);
        }
    }

    private void ForEachPlace(Subscription subscription, Action<Dictionary<string, List<Subscriber>>?, string> place)
    {
        if (subscription.Entities.IsEmpty) Watched();
        foreach (var selector in subscription.Entities)
        {
            if (!selector.Ids.IsEmpty)
            {
                foreach (var id in selector.Ids) place(_byId, id);
            }
            else if (Types(selector.Type) is { } types)
            {
                foreach (var type in types) place(_byType, type);
            }
            else
            {
                Watched();
            }
        }

        void Watched()
        {
            if (subscription.WatchedAttributes.IsEmpty) place(null, "");
            foreach (var name in subscription.WatchedAttributes) place(_byAttribute, name);
        }
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
}
