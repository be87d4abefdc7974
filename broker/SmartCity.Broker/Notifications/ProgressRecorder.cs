using System.Collections.Concurrent;
using System.Collections.Immutable;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Notifications;

/// <summary>Hands the progress of those that have made any to the store, and releases the log that nobody needs any more.</summary>
internal sealed class ProgressRecorder(IChangeLog log, ISubscriptionStore store, Subscribers subscribers, Func<long> dispatched)
{
    private readonly ConcurrentQueue<Subscriber> _progressed = new();
    private readonly Lock _recording = new();

    public void Note(Subscriber subscriber) => _progressed.Enqueue(subscriber);

    public void Record()
    {
        lock (_recording)
        {
            long released;
            var progress = ImmutableArray.CreateBuilder<SubscriptionProgress>();
            // Positions move under the gate: seen together, they are consistent with how far the dispatcher has got.
            lock (subscribers.Gate)
            {
                var position = dispatched();
                while (_progressed.TryDequeue(out var subscriber))
                {
                    if (!subscriber.IsGone) progress.Add(subscriber.TakeProgress(position));
                }

                released = position;
                foreach (var subscriber in subscribers.All) released = Math.Min(released, subscriber.PositionAfter(position));
            }

            if (progress.Count > 0) store.Record(progress.DrainToImmutable());
            log.Release(released);
        }
    }
}
