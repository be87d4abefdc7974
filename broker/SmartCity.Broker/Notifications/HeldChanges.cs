using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// What has changed while throttling forbids a notification (ETSI GS CIM 009 5.2.12): told in one when the time has come, each Entity
/// once, with all that has happened to it.
/// </summary>
/// <param name="delivery">Waits in its place, so that a crash loses nothing.</param>
/// <param name="most">Entities at most.</param>
internal sealed class HeldChanges(Delivery delivery, int most)
{
    private readonly OrderedDictionary<string, EntityChange> _changes = new(StringComparer.Ordinal);

    public Delivery Delivery => delivery;

    public ITimer? Timer { get; set; }

    public bool IsFull => _changes.Count >= most;

    public IEnumerable<EntityChange> Changes => _changes.Values;

    public bool TryAdd(EntityChange change)
    {
        if (_changes.TryGetValue(change.EntityId, out var earlier)) _changes[change.EntityId] = earlier.Then(change);
        else if (IsFull) return false;
        else _changes.Add(change.EntityId, change);
        return true;
    }
}
