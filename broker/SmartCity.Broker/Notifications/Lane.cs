using System.Buffers;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Sends notifications one after another, each when the one before has had its outcome. A subscriber has several; the
/// notifications of one Entity always take the same one, and so keep their order.
/// </summary>
internal sealed class Lane(Subscriber subscriber, NotificationSettings settings, TimeProvider clock) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly Queue<Delivery> _waiting = new();
    private ArrayBufferWriter<byte>? _body;
    private CancellationTokenSource? _deadline;
    private bool _isRunning;

    public void Add(Delivery delivery)
    {
        lock (_lock)
        {
            _waiting.Enqueue(delivery);
            if (_isRunning) return;
            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private bool TryTake(out Delivery delivery)
    {
        lock (_lock)
        {
            if (!subscriber.IsHalted && _waiting.TryDequeue(out delivery!)) return true;
            delivery = null!;
            _isRunning = false;
            return false;
        }
    }

    private async Task RunAsync()
    {
        while (TryTake(out var delivery))
        {
            DeliveryOutcome? outcome = null;
            var sentAt = clock.GetUtcNow();
            for (var attempt = 1; ; attempt++)
            {
                while (subscriber.RestAt(sentAt) is var rest && rest > TimeSpan.Zero && subscriber.IsActiveAt(sentAt))
                {
                    await Task.Delay(rest, clock).ConfigureAwait(false);
                    sentAt = clock.GetUtcNow();
                }

                if (subscriber.IsHalted) return;
                if (!subscriber.IsActiveAt(sentAt)) break;
                outcome = await SendAsync(delivery).ConfigureAwait(false);
                if (outcome != DeliveryOutcome.Unreachable || attempt >= settings.Attempts || HasCooldown) break;
                subscriber.NoteAttempt();
            }

            subscriber.Complete(delivery, outcome, sentAt);
        }
    }

    private bool HasCooldown => subscriber.Watch.Subscription.Notification.Endpoint.Cooldown is not null;

    private async ValueTask<DeliveryOutcome> SendAsync(Delivery delivery)
    {
        var watch = subscriber.Watch;
        var body = _body ??= new(1024);
        body.ResetWrittenCount();
        watch.Envelope.Write(delivery, body);
        var outcome = DeliveryOutcome.Unreachable;
        Interlocked.Increment(ref subscriber.InFlight);
        try
        {
            outcome = await watch.Channel.SendAsync(body.WrittenMemory, StartDeadline(watch)).ConfigureAwait(false);
        }
        catch (Exception bug)
        {
            // A notifier turns what an endpoint does into an outcome. Whatever else happens must not stop the lane.
            subscriber.Report(bug);
        }
        finally
        {
            Interlocked.Decrement(ref subscriber.InFlight);
        }

        // An attempt that broke off may still have hands on the buffer; and a large one is not kept for the next small notification.
        if (outcome != DeliveryOutcome.Delivered || body.Capacity > 64 * 1024) _body = null;
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
        if (_deadline!.TryReset()) return;
        _deadline.Dispose();
        _deadline = null;
    }
}
