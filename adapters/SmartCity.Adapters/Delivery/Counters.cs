namespace SmartCity.Adapters.Delivery;

/// <summary>What one adapter has done since its start.</summary>
internal sealed class Counters
{
    private long _received;
    private long _rejected;
    private long _delivered;
    private long _deadLettered;
    private long _requests;
    private long _retries;

    internal void Received() => Interlocked.Increment(ref _received);

    internal void Rejected() => Interlocked.Increment(ref _rejected);

    internal void Delivered(int entities) => Interlocked.Add(ref _delivered, entities);

    internal void DeadLettered() => Interlocked.Increment(ref _deadLettered);

    internal void Requested() => Interlocked.Increment(ref _requests);

    internal void Retried() => Interlocked.Increment(ref _retries);

    internal CounterValues Read() => new(
        Interlocked.Read(ref _received), Interlocked.Read(ref _rejected), Interlocked.Read(ref _delivered),
        Interlocked.Read(ref _deadLettered), Interlocked.Read(ref _requests), Interlocked.Read(ref _retries));
}

/// <param name="Received">Messages that the source gave.</param>
/// <param name="Rejected">Messages that the mapping could not take.</param>
/// <param name="Delivered">Entities that the broker has taken.</param>
/// <param name="DeadLettered">Entities that the broker has refused.</param>
/// <param name="Requests">Requests to the broker.</param>
/// <param name="Retries">Of them, those that had to be repeated.</param>
internal sealed record CounterValues(
    long Received, long Rejected, long Delivered, long DeadLettered, long Requests, long Retries);
