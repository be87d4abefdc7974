using SmartCity.Adapters.Delivery;

namespace SmartCity.Adapters.Cities;

/// <summary>Runs the adapters of a city side by side; the trouble of one does not touch the others.</summary>
internal sealed class CityRunner(City city, string state, HttpClient http, ILoggerFactory loggers, TimeProvider time)
{
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CountersInterval = TimeSpan.FromSeconds(10);

    /// <summary>Ends after the stop, when what was under way is delivered or 5 s have gone.</summary>
    internal Task RunAsync(CancellationToken stop) => Task.WhenAll(city.Adapters.Select(a => RunAsync(a, stop)));

    private async Task RunAsync(Adapter adapter, CancellationToken stop)
    {
        var logger = loggers.CreateLogger(adapter.Name);
        var counters = new Counters();
        using var deadLetters = new DeadLetters(Path.Combine(state, "dead-letters", adapter.Name + ".jsonl"), time);
        var client = new BrokerClient(city.Broker, adapter.Batch, http, deadLetters, counters, logger, time);
        var pipeline = new Pipeline(adapter.Mapping, client, deadLetters, counters, logger);
        using var giveUp = new CancellationTokenSource();
        using var ended = new CancellationTokenSource();

        logger.Starts(city.Broker.Url);
        var delivering = client.RunAsync(giveUp.Token);
        var counting = LogCountersAsync(client, counters, logger, ended.Token);
        // Two things end together: the source waits for the answers to what it gave, the client for the last of its queue.
        await using (stop.Register(() => giveUp.CancelAfter(DrainPatience)))
        {
            await ReceiveAsync(adapter, pipeline, logger, stop);
            client.Complete();
            await delivering;
        }

        await ended.CancelAsync();
        await counting;
    }

    private async Task ReceiveAsync(Adapter adapter, Pipeline pipeline, ILogger logger, CancellationToken stop)
    {
        var backOff = new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), time);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await adapter.Source.RunAsync(pipeline, stop);
                return;
            }
#pragma warning disable CA1031 // Whatever ends one source must not end the city.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (stop.IsCancellationRequested) return;
                logger.SourceFails(e.Message, e);
                await backOff.PauseAsync(stop).ContinueWith(_ => { }, CancellationToken.None, default, TaskScheduler.Default);
            }
        }
    }

    private async Task LogCountersAsync(BrokerClient client, Counters counters, ILogger logger, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(CountersInterval, time);
        var last = new CounterValues(0, 0, 0, 0, 0, 0);
        var goesOn = true;
        while (goesOn)
        {
            try
            {
                await timer.WaitForNextTickAsync(ended);
            }
            catch (OperationCanceledException)
            {
                goesOn = false;
            }

            var now = counters.Read();
            if (now == last) continue;
            logger.Counted(now.Received, now.Rejected, now.Delivered, now.DeadLettered, now.Requests, now.Retries, client.Queued);
            last = now;
        }
    }
}

internal static partial class CityLog
{
    [LoggerMessage(EventId = 7, Level = LogLevel.Information, Message = "Starts; entities go to {Broker}")]
    internal static partial void Starts(this ILogger logger, Uri broker);

    [LoggerMessage(EventId = 8, Level = LogLevel.Error, Message = "The source fails and is started again: {Reason}")]
    internal static partial void SourceFails(this ILogger logger, string reason, Exception exception);

    [LoggerMessage(EventId = 9, Level = LogLevel.Information, Message =
        "{Received} messages received, {Rejected} rejected; {Delivered} entities delivered, {DeadLettered} refused; "
        + "{Requests} requests, {Retries} repeated; {Queued} waiting")]
    internal static partial void Counted(
        this ILogger logger, long received, long rejected, long delivered, long deadLettered, long requests, long retries, int queued);
}
