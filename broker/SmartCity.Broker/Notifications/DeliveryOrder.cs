using System.Numerics;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Which notification of a subscription may go next. Each Entity has a lane, several Entities may share one; notifications with a lane
/// in common go one after another, in the order in which they came, and all others side by side. Guarded by the subscriber.
/// </summary>
internal sealed class DeliveryOrder(int lanes)
{
    private readonly Queue<Delivery> _ready = new();
    private Delivery?[]? _newest;

    public int ReadyCount => _ready.Count;

    public ulong LaneOf(string entityId) => 1UL << (entityId.GetHashCode(StringComparison.Ordinal) & (lanes - 1));

    public void Add(Delivery delivery)
    {
        _newest ??= new Delivery?[lanes];
        for (var left = delivery.Lanes; left != 0; left &= left - 1)
        {
            ref var newest = ref _newest[BitOperations.TrailingZeroCount(left)];
            if (newest is not null)
            {
                (newest.Followers ??= []).Add(delivery);
                delivery.Blockers++;
            }

            newest = delivery;
        }

        if (delivery.Blockers == 0) _ready.Enqueue(delivery);
    }

    public bool TryTake(out Delivery delivery) => _ready.TryDequeue(out delivery!);

    /// <summary>Lets those go that have waited for it alone.</summary>
    public void Done(Delivery delivery)
    {
        for (var left = delivery.Lanes; left != 0; left &= left - 1)
        {
            ref var newest = ref _newest![BitOperations.TrailingZeroCount(left)];
            if (ReferenceEquals(newest, delivery)) newest = null;
        }

        foreach (var follower in delivery.Followers ?? [])
        {
            if (--follower.Blockers == 0) _ready.Enqueue(follower);
        }

        delivery.Followers = null;
    }
}
