using System.Diagnostics.CodeAnalysis;
using SmartCity.Adapters.Mapping;
using SmartCity.Adapters.Sources;

namespace SmartCity.Adapters.Delivery;

/// <summary>The way from a source to the broker: map, queue, tell how it ended.</summary>
internal sealed class Pipeline(
    EntityMapping mapping, BrokerClient client, DeadLetters deadLetters, Counters counters, ILogger logger) : IMessageSink
{
    public async ValueTask<Task<DeliveryResult>> SendAsync(Message message, CancellationToken stop)
    {
        counters.Received();
        var (entities, problems) = Map(message);
        if (problems.Count > 0)
        {
            var reason = string.Join("; ", problems);
            await DropAsync(message.Describe(), reason);
            return Task.FromResult(DeliveryResult.Rejected(reason));
        }

        if (entities.Count == 0) return Task.FromResult(DeliveryResult.Delivered);
        var deliveries = new List<Task<DeliveryResult>>(entities.Count);
        foreach (var entity in entities) deliveries.Add(await client.EnqueueAsync(entity, stop));
        return deliveries.Count == 1 ? deliveries[0] : AllAsync(deliveries);
    }

    public async Task RejectAsync(string content, string reason)
    {
        counters.Received();
        await DropAsync(content, reason);
    }

    [SuppressMessage("Design", "CA1031", Justification = "A message that trips the mapping would otherwise come again for ever.")]
    private MappingOutcome Map(Message message)
    {
        try
        {
            return mapping.Map(message);
        }
        catch (Exception e)
        {
            logger.MappingFails(e);
            return new MappingOutcome([], [$"the mapping fails: {e.Message}"]);
        }
    }

    private async Task DropAsync(string content, string reason)
    {
        counters.Rejected();
        logger.MessageRejected(reason);
        await deadLetters.AddMessageAsync(content, reason);
    }

    private static async Task<DeliveryResult> AllAsync(IEnumerable<Task<DeliveryResult>> deliveries) =>
        DeliveryResult.Combine(await Task.WhenAll(deliveries));
}
