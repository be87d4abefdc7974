using System.Buffers;

namespace SmartCity.Broker.Notifications;

/// <summary>Sends what a subscriber has ready, one after another, until there is nothing left; then it is free for another subscriber.</summary>
internal sealed class Sender(Senders senders, NotificationSettings settings, TimeProvider clock) : IThreadPoolWorkItem
{
    private const int LargestKeptBody = 64 * 1024;

    private Subscriber _subscriber = null!;
    private ArrayBufferWriter<byte>? _body;
    private CancellationTokenSource? _deadline;

    public void Start(Subscriber subscriber)
    {
        _subscriber = subscriber;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync(_subscriber);

    private async Task RunAsync(Subscriber subscriber)
    {
        for (var isNew = true; subscriber.TryTake(isNew, out var delivery); isNew = false)
        {
            if (!await DeliverAsync(subscriber, delivery).ConfigureAwait(false)) return;
        }

        senders.Return(this);
    }

    /// <returns>False where the broker stops: what has no outcome by then is sent after the next start.</returns>
    private async ValueTask<bool> DeliverAsync(Subscriber subscriber, Delivery delivery)
    {
        for (var attempt = 1; ; attempt++)
        {
            await RestAsync(subscriber).ConfigureAwait(false);
            var places = senders.PlacesFor(subscriber);
            await places.WaitAsync().ConfigureAwait(false);
            DeliveryOutcome? outcome = null;
            var sentAt = clock.GetUtcNow();
            try
            {
                if (subscriber.IsHalted) return false;
                if (subscriber.MaySendAt(sentAt)) outcome = await SendAsync(subscriber, delivery).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }

            if (outcome != DeliveryOutcome.Unreachable || attempt >= settings.Attempts || subscriber.HasCooldown)
            {
                subscriber.Complete(delivery, outcome, sentAt);
                return true;
            }

            subscriber.NoteAttempt();
        }
    }

    private async ValueTask RestAsync(Subscriber subscriber)
    {
        for (var now = clock.GetUtcNow(); !subscriber.IsHalted && subscriber.MaySendAt(now); now = clock.GetUtcNow())
        {
            var rest = subscriber.RestAt(now);
            if (rest <= TimeSpan.Zero) return;
            await Task.Delay(rest, clock).ConfigureAwait(false);
        }
    }

    private async ValueTask<DeliveryOutcome> SendAsync(Subscriber subscriber, Delivery delivery)
    {
        var watch = subscriber.Watch;
        var body = _body ??= new(1024);
        body.ResetWrittenCount();
        var outcome = DeliveryOutcome.Unreachable;
        Interlocked.Increment(ref subscriber.InFlight);
        try
        {
            var joined = delivery.Joined is { } changes ? await senders.Links.RenderAsync(subscriber.Tenant, watch, changes).ConfigureAwait(false) : null;
            watch.Envelope.Write(delivery, joined, body);
            outcome = await watch.Channel.SendAsync(body.WrittenMemory, StartDeadline(watch)).ConfigureAwait(false);
        }
        catch (Exception bug)
        {
            // A notifier turns what an endpoint does into an outcome. Whatever else happens must not stop the sender.
            subscriber.Report(bug);
        }
        finally
        {
            Interlocked.Decrement(ref subscriber.InFlight);
        }

        // An attempt that broke off may still have hands on the buffer; and a large one is not kept for the next small notification.
        if (outcome != DeliveryOutcome.Delivered || body.Capacity > LargestKeptBody) _body = null;
        StopDeadline();
        return outcome;
    }

    private CancellationToken StartDeadline(Watch watch)
    {
        var timeout = watch.Subscription.Notification.Endpoint.Timeout is { } milliseconds
            && milliseconds < settings.Timeout.TotalMilliseconds
                ? TimeSpan.FromMilliseconds(milliseconds)
                : settings.Timeout;
        _deadline ??= new(Timeout.InfiniteTimeSpan, clock);
        _deadline.CancelAfter(timeout);
        return _deadline.Token;
    }

    private void StopDeadline()
    {
        if (_deadline is null || _deadline.TryReset()) return;
        _deadline.Dispose();
        _deadline = null;
    }
}
