using System.Buffers;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Notifications;

/// <summary>One notification on its way: what it tells of, and what it waits for. Guarded by its subscriber.</summary>
/// <param name="number">That of its first change, or for a periodic notification the Unix milliseconds at which it was due.</param>
/// <param name="notifiedAt">When it was made.</param>
internal sealed class Delivery(long number, DateTimeOffset notifiedAt)
{
    private readonly List<byte[]> _entities = new(1);

    public long Number { get; } = number;

    /// <summary>Tells it from the subscription's other notifications where its number does not; otherwise null.</summary>
    public long? Identity { get; init; }

    /// <summary>Is called when it has had its outcome; null where nobody needs to know.</summary>
    public Action? Ended { get; set; }

    public DateTimeOffset NotifiedAt { get; set; } = notifiedAt;

    /// <summary>Comes from the clock, not from the change log.</summary>
    public TaskCompletionSource? Periodic { get; init; }

    /// <summary>Why registrations are told of (ETSI GS CIM 009 5.3.3); null where Entities are.</summary>
    public string? TriggerReason { get; init; }

    /// <summary>A bit for each lane of an Entity in it: see <see cref="DeliveryOrder"/>.</summary>
    public ulong Lanes { get; set; }

    /// <summary>Deliveries that must be done before.</summary>
    public int Blockers { get; set; }

    /// <summary>Deliveries that wait for this one.</summary>
    public List<Delivery>? Followers { get; set; }

    /// <summary>The changes that it tells of, where what their Entities link to is looked up when it is sent; otherwise null.</summary>
    public List<EntityChange>? Joined { get; private set; }

    /// <summary>Has had its outcome.</summary>
    public bool IsDone { get; set; }

    public int Count => _entities.Count;

    public int Bytes { get; private set; }

    /// <summary>Adds an Entity, or several with commas between them, as UTF-8 JSON.</summary>
    public void Add(byte[] json)
    {
        _entities.Add(json);
        Bytes += json.Length;
    }

    /// <summary>Adds the Entity of a change, whose links are to be followed, as it is without them.</summary>
    public void Add(byte[] json, EntityChange joined)
    {
        Add(json);
        (Joined ??= new(1)).Add(joined);
    }

    /// <summary>Writes the Entities with commas between them.</summary>
    public void WriteData(ArrayBufferWriter<byte> output)
    {
        for (var i = 0; i < _entities.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            output.Write(_entities[i]);
        }
    }
}
