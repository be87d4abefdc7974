using System.Threading.Channels;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Delivery;

/// <summary>
/// Takes Entities to the broker by batch upsert (ETSI GS CIM 009 5.6.8, 6.15): batched by size and time, repeated while
/// the broker is away or fails (5xx, 408, 429), never repeated when it refuses (other 4xx). One request at a time, so that
/// the order per Entity is kept. What is refused goes to the dead letters, the rest of the batch goes in.
/// </summary>
internal sealed class BrokerClient(
    BrokerSettings broker, BatchSettings settings, HttpClient http, DeadLetters deadLetters, Counters counters,
    ILogger logger, TimeProvider time)
{
    private readonly Channel<PendingEntity> _queue = Channel.CreateBounded<PendingEntity>(
        new BoundedChannelOptions(settings.Queue) { SingleReader = true });

    private readonly BackOff _backOff = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30), time);

    internal int Queued => _queue.Reader.Count;

    /// <summary>Waits while the queue is full; the inner task tells how it ended.</summary>
    internal async ValueTask<Task<DeliveryResult>> EnqueueAsync(MappedEntity entity, CancellationToken stop)
    {
        var pending = new PendingEntity(entity);
        try
        {
            await _queue.Writer.WriteAsync(pending, stop);
        }
        catch (ChannelClosedException)
        {
            pending.Complete(DeliveryResult.Abandoned);
        }

        return pending.Result;
    }

    /// <summary>Takes no more; <see cref="RunAsync"/> ends when the queue is empty.</summary>
    internal void Complete() => _queue.Writer.TryComplete();

    /// <param name="stop">Gives up at once; what is still queued is abandoned.</param>
    internal async Task RunAsync(CancellationToken stop)
    {
        var batch = new List<PendingEntity>(settings.Size);
        try
        {
            while (await _queue.Reader.WaitToReadAsync(stop))
            {
                await GatherAsync(batch, stop);
                await SendAsync(batch, stop);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped: what was not answered is abandoned below.
        }
        finally
        {
            _queue.Writer.TryComplete();
            foreach (var pending in batch) pending.Complete(DeliveryResult.Abandoned);
            while (_queue.Reader.TryRead(out var pending)) pending.Complete(DeliveryResult.Abandoned);
        }
    }

    private async Task GatherAsync(List<PendingEntity> batch, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(settings.Wait);
        var bytes = 0;
        while (true)
        {
            while (batch.Count < settings.Size && bytes < BatchSettings.MaxBytes && _queue.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                bytes += pending.Entity.Json.Length;
            }

            if (batch.Count >= settings.Size || bytes >= BatchSettings.MaxBytes) return;
            try
            {
                if (!await _queue.Reader.WaitToReadAsync(patience.Token)) return;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Settles every Entity of the batch before it returns.</summary>
    private async Task SendAsync(List<PendingEntity> batch, CancellationToken stop)
    {
        // Parts in the order of the batch; a part that is refused is replaced by smaller ones in its place.
        var parts = new Stack<IReadOnlyList<PendingEntity>>();
        parts.Push([.. batch]);
        while (parts.TryPop(out var part))
        {
            var answer = await PostAsync(part, stop);
            if (answer.IsSuccess) Deliver(part);
            else if (answer.IsMixed) await SettleMixedAsync(part, answer, parts, stop);
            else if (answer.MayBeOneEntity && part.Count > 1)
            {
                parts.Push([.. part.Skip(part.Count / 2)]);
                parts.Push([.. part.Take(part.Count / 2)]);
            }
            else
            {
                foreach (var pending in part) await RejectAsync(pending, answer.ToString());
            }
        }
    }

    private async Task SettleMixedAsync(
        IReadOnlyList<PendingEntity> part, BatchAnswer answer, Stack<IReadOnlyList<PendingEntity>> parts, CancellationToken stop)
    {
        var again = new List<PendingEntity>();
        var alone = new List<PendingEntity>();
        var times = part.GroupBy(p => p.Entity.Id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count());
        foreach (var pending in part)
        {
            var id = pending.Entity.Id;
            var error = answer.ErrorOf(id);
            if (error is null && answer.HasSucceeded(id)) Deliver([pending]);
            else if (error is { IsPassing: true }) again.Add(pending);
            // The answer does not tell which of several occurrences is bad, or forgets the Entity: ask one by one.
            else if (part.Count > 1 && (error is null || times[id] > 1)) alone.Add(pending);
            else await RejectAsync(pending, error is null ? answer.ToString() : $"{error.Status} {error.Reason}");
        }

        if (again.Count > 0)
        {
            counters.Retried();
            await _backOff.PauseAsync(stop);
            parts.Push(again);
        }

        for (var i = alone.Count - 1; i >= 0; i--) parts.Push([alone[i]]);
    }

    private async Task<BatchAnswer> PostAsync(IReadOnlyList<PendingEntity> part, CancellationToken stop)
    {
        while (true)
        {
            string reason;
            try
            {
                counters.Requested();
                using var request = BatchRequest.Create(broker, part);
                using var response = await http.SendAsync(request, stop);
                var body = await response.Content.ReadAsByteArrayAsync(stop);
                var answer = BatchAnswer.Read((int)response.StatusCode, body);
                if (!answer.IsPassing)
                {
                    _backOff.Reset();
                    return answer;
                }

                reason = answer.ToString();
            }
            catch (Exception e) when (IsOutage(e) && !stop.IsCancellationRequested)
            {
                reason = e.Message;
            }

            counters.Retried();
            var pause = await _backOff.PauseAsync(stop);
            logger.Retrying(part.Count, reason, pause.TotalSeconds);
        }
    }

    private static bool IsOutage(Exception e) => e is HttpRequestException or OperationCanceledException or IOException;

    private void Deliver(IReadOnlyList<PendingEntity> part)
    {
        counters.Delivered(part.Count);
        foreach (var pending in part) pending.Complete(DeliveryResult.Delivered);
    }

    private async Task RejectAsync(PendingEntity pending, string reason)
    {
        counters.DeadLettered();
        logger.EntityRefused(pending.Entity.Id, reason, deadLetters.File);
        await deadLetters.AddEntityAsync(pending.Entity, reason);
        pending.Complete(DeliveryResult.Rejected(reason));
    }
}
