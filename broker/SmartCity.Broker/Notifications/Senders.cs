using System.Collections.Concurrent;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// What all subscriptions share: senders, which are lent, and the bounds on what is under way and waits at once. Those whose
/// endpoint does not answer have places of their own, and so have those that have not been tried yet: however many they are, they
/// delay nobody whose endpoint is known to answer.
/// </summary>
/// <param name="links">Looks up what the Entities of notifications link to.</param>
/// <param name="settings">Bounds.</param>
/// <param name="clock">Rests and timeouts.</param>
internal sealed class Senders(Links links, NotificationSettings settings, TimeProvider clock)
{
    private const int MostIdle = 256;

    private readonly ConcurrentQueue<Sender> _idle = new();
    private readonly SemaphoreSlim _answering = new(settings.Sending);
    private readonly SemaphoreSlim _untried = new(Math.Max(1, settings.Sending / 4));
    private readonly SemaphoreSlim _silent = new(settings.SendingToSilent);
    private long _waitingBytes;

    /// <summary>Whether the notifications that wait, of all subscriptions, take less than they may.</summary>
    public bool HasRoom => Volatile.Read(ref _waitingBytes) < settings.WaitingBytes;

    public Links Links => links;

    public void Start(Subscriber subscriber)
    {
        if (!_idle.TryDequeue(out var sender)) sender = new(this, settings, clock);
        sender.Start(subscriber);
    }

    public void Return(Sender sender)
    {
        if (_idle.Count < MostIdle) _idle.Enqueue(sender);
    }

    public SemaphoreSlim PlacesFor(Subscriber subscriber) => subscriber.Standing switch
    {
        EndpointStanding.Untried => _untried,
        EndpointStanding.Answers => _answering,
        _ => _silent,
    };

    public void Waits(long bytes) => Interlocked.Add(ref _waitingBytes, bytes);
}
