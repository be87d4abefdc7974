namespace SmartCity.Broker.EntityMaps;

/// <summary>
/// The EntityMaps of this process, in memory. When they take too much, the one used least recently goes, first of those for
/// paging: whoever comes back to one that is gone gets a new one (ETSI GS CIM 009 5.7.2.4).
/// </summary>
public sealed class EntityMapTable(EntityMapSettings settings, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<EntityMap>> _byId = new(StringComparer.Ordinal);

    // The last one was used last.
    private readonly LinkedList<EntityMap> _paging = [];
    private readonly LinkedList<EntityMap> _asked = [];
    private long _bytes;

    public EntityMapSettings Settings => settings;

    /// <summary>Null where it would take more than all together may.</summary>
    /// <param name="tenant">Whose Entities they are.</param>
    /// <param name="positions">Owned by the map from here on.</param>
    /// <param name="forPaging">Whether no client asked for it.</param>
    /// <param name="lifetime">How long it is wanted; null for the default.</param>
    public EntityMap? Add(string tenant, long[] positions, bool forPaging, TimeSpan? lifetime) =>
        Add(new EntityMap(NewId(), tenant, positions, forPaging), lifetime);

    internal static string NewId() => $"urn:ngsi-ld:entitymap:{Guid.NewGuid():N}";

    /// <summary>The same with Entities of which Context Sources have a part.</summary>
    internal EntityMap? Add(EntityMap map, TimeSpan? lifetime)
    {
        if (map.Bytes > settings.Bytes) return null;
        lock (_lock)
        {
            map.ExpiresAt = Until(lifetime);
            RemoveExpired();
            while (_byId.Count >= settings.Maps || _bytes + map.Bytes > settings.Bytes) Remove((_paging.First ?? _asked.First)!);
            _byId.Add(map.Id, Order(map).AddLast(map));
            _bytes += map.Bytes;
        }

        return map;
    }

    /// <summary>Null where there is none, or where it has expired.</summary>
    public EntityMap? Find(string tenant, string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node) || node.Value.Tenant != tenant) return null;
            if (node.Value.ExpiresAt <= time.GetUtcNow())
            {
                Remove(node);
                return null;
            }

            var order = Order(node.Value);
            order.Remove(node);
            order.AddLast(node);
            if (node.Value.ForPaging) node.Value.ExpiresAt = Until(null);
            return node.Value;
        }
    }

    /// <summary>Lets it live until a time, or as long as an EntityMap may; one that lies in the past ends it.</summary>
    public void Prolong(EntityMap map, DateTimeOffset until)
    {
        lock (_lock)
        {
            var latest = Until(settings.LongestLifetime);
            map.ExpiresAt = until < latest ? until : latest;
        }
    }

    public void Remove(EntityMap map)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(map.Id, out var node)) Remove(node);
        }
    }

    private DateTimeOffset Until(TimeSpan? lifetime)
    {
        var wanted = lifetime ?? settings.Lifetime;
        return time.GetUtcNow() + (wanted < settings.LongestLifetime ? wanted : settings.LongestLifetime);
    }

    private LinkedList<EntityMap> Order(EntityMap map) => map.ForPaging ? _paging : _asked;

    private void RemoveExpired()
    {
        var now = time.GetUtcNow();
        foreach (var node in _byId.Values.Where(node => node.Value.ExpiresAt <= now).ToList()) Remove(node);
    }

    private void Remove(LinkedListNode<EntityMap> node)
    {
        _byId.Remove(node.Value.Id);
        _bytes -= node.Value.Bytes;
        Order(node.Value).Remove(node);
    }
}
