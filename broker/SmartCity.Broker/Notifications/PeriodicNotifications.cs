using SmartCity.Broker.Entities;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// Notifications of subscriptions with a timeInterval (ETSI GS CIM 009 5.8.6): all matching Entities, each time the interval has
/// passed; none where nothing matches. Those at other sources are gathered here, unless the subscription is localOnly: so the subscriber
/// is told all of them at once. What sources tell of their own accord, since they have a copy of the subscription (5.8.1.4), is passed on where it was not
/// among them: see <see cref="ToldPeriod"/>.
/// </summary>
internal sealed class PeriodicNotifications(
    IEntityOperations entities, Links links, NotificationSettings settings, TimeProvider clock, Action<Exception> onFault, CancellationToken stopping)
{
    private const int PageSize = 1000;

    // However many intervals end at once, requests find a processor.
    private readonly SemaphoreSlim _making = new(Math.Max(1, Environment.ProcessorCount / 2));

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
        if (!subscriber.MaySendAt(now)) return;
        var call = watch.CallOf(subscriber.Tenant);
        var told = subscriber.Period.Begin();
        EntityPaging? place = new(new PageRequest(0, PageSize, false));
        for (var part = 0; place is not null; part++)
        {
            var delivery = new Delivery(now.ToUnixTimeMilliseconds() + part, now)
            {
                Periodic = new(TaskCreationOptions.RunContinuationsAsynchronously),
            };
            await _making.WaitAsync(stopping).ConfigureAwait(false);
            try
            {
                place = await GatherAsync(delivery, call, watch, place, told).ConfigureAwait(false);
            }
            finally
            {
                _making.Release();
            }

            if (place is null) subscriber.Period.End(told);
            if (delivery.Count == 0) return;
            subscriber.Send(delivery);
            // The next one is made once this one is out of memory.
            await delivery.Periodic.Task.WaitAsync(stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Adds matching Entities from a place on; gives the place after them, null where there are no more.</summary>
    private async ValueTask<EntityPaging?> GatherAsync(Delivery delivery, Call call, Watch watch, EntityPaging place, HashSet<string>? told)
    {
        // What several pages link to is still shown once.
        var joined = watch.Rendering.Joins ? new List<PackedEntity>() : null;
        EntityPaging? next = place;
        for (var count = 0; next is not null && count < settings.PeriodicEntities;)
        {
            var wanted = next with { Page = next.Page with { Limit = Math.Min(PageSize, settings.PeriodicEntities - count) } };
            var page = await entities.QueryAsync(call, watch.Query, wanted, stopping).ConfigureAwait(false);
            if (!page.IsSuccess) return null;
            var found = page.Value.Entities;
            if (told is not null) told.UnionWith(found.Select(entity => entity.Id));
            if (joined is not null) joined.AddRange(found);
            else if (found.Length > 0) delivery.Add(watch.Rendering.Render(found));
            count += found.Length;
            next = page.Value.HasMore && found.Length > 0
                ? next with { Page = next.Page with { Offset = next.Page.Offset + found.Length }, Cursor = page.Value.Next }
                : null;
        }

        if (joined is { Count: > 0 }) delivery.Add(await links.RenderAsync(call.Tenant, watch, joined).ConfigureAwait(false));
        return next;
    }
}
