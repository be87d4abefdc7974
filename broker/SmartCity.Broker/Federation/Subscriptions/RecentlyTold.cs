using System.Security.Cryptography;
using SmartCity.Broker.Notifications;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>
/// Where hubs have registered each other crosswise, a change comes to a subscriber's hub by several ways. It is passed on once: what another
/// source has told of the same Entity just before, to the same subscriber, with the same content and the same times of change, is that change again.
/// </summary>
internal sealed class RecentlyTold(TimeProvider clock)
{
    // Bounded: whoever is forgotten is told once more.
    private const int Most = 10_000;
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<(Subscriber, string), Told> _told = [];

    /// <summary>Whether a change has been told by another way. Otherwise it counts as told from now on.</summary>
    public bool IsRepeat(Subscriber subscriber, EntityChange change, string key)
    {
        if (ContentOf(subscriber, change) is not { } content) return false;
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var place = (subscriber, change.EntityId);
            if (_told.TryGetValue(place, out var last) && last.Key != key && now - last.At < Recent && last.Content == content) return true;
            if (_told.Count >= Most) _told.Clear();
            _told[place] = new(key, content, now);
            return false;
        }
    }

    /// <summary>It could not be told after all.</summary>
    public void Forget(Subscriber subscriber, IEnumerable<EntityChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes) _told.Remove((subscriber, change.EntityId));
        }
    }

    /// <summary>Null where no times tell one change from another of the same content.</summary>
    private static UInt128? ContentOf(Subscriber subscriber, EntityChange change)
    {
        var modified = 0L;
        if (change.After is { } after)
        {
            foreach (var attribute in after.Unpack().Attributes)
            {
                if (attribute.ModifiedAt == default) return null;
                modified = Math.Max(modified, attribute.ModifiedAt.UtcTicks);
            }

            if (modified == 0) return null;
        }
        else
        {
            modified = change.At.UtcTicks;
        }

        var rendered = subscriber.Watch.Rendering.Render(change);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(rendered, hash);
        return new UInt128(BitConverter.ToUInt64(hash) ^ (ulong)modified, BitConverter.ToUInt64(hash[8..]));
    }

    private readonly record struct Told(string Key, UInt128 Content, DateTimeOffset At);
}
