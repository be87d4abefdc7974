using SmartCity.Broker.Entities;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Notifications of subscriptions with a timeInterval (ETSI GS CIM 009 5.8.6): all matching Entities, each time the interval has
/// passed; none where nothing matches.
/// </summary>
internal sealed class PeriodicNotifications(
    IEntityOperations entities, NotificationSettings settings, TimeProvider clock, Action<Exception> onFault, CancellationToken stopping)
{
    private const int PageSize = 1000;

    public void Watch(Subscriber subscriber)
    {
        var watch = subscriber.Watch;
        if (watch.Subscription.TimeInterval is not { } seconds) return;
        var interval = TimeSpan.FromSeconds(Math.Max(seconds, settings.ShortestInterval.TotalSeconds));
        _ = RunAsync(subscriber, watch, interval);
    }

    private async Task RunAsync(Subscriber subscriber, Watch watch, TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                if (subscriber.IsGone || !ReferenceEquals(subscriber.Watch, watch)) return;
                try
                {
                    await NotifyAsync(subscriber, watch).ConfigureAwait(false);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    onFault(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
    }

    private async Task NotifyAsync(Subscriber subscriber, Watch watch)
    {
        var now = clock.GetUtcNow();
        if (subscriber.IsPeriodicUnderWay || !subscriber.IsActiveAt(now) || subscriber.IsSilentAt(now)) return;
        var call = new Call { Tenant = subscriber.Tenant, Context = watch.Context, Local = true };
        var matching = new List<PackedEntity>();
        while (matching.Count < settings.PeriodicEntities)
        {
            var limit = Math.Min(PageSize, settings.PeriodicEntities - matching.Count);
            var page = await entities.QueryAsync(call, watch.Query, new(matching.Count, limit, false), stopping).ConfigureAwait(false);
            if (!page.IsSuccess) return;
            matching.AddRange(page.Value.Entities);
            if (!page.Value.HasMore) break;
        }

        if (matching.Count == 0) return;
        var data = watch.Rendering.Render(matching);
        subscriber.Enqueue(new(now.ToUnixTimeMilliseconds(), now, data, isPeriodic: true), 0);
    }
}
