using System.Text;
using System.Threading.Channels;
using SmartCity.Adapters.Delivery;
using SmartCity.Mqtt;

namespace SmartCity.Adapters.Sources.MqttJson;

/// <summary>
/// Takes measures from an MQTT broker and lets it keep each message until the NGSI-LD broker has answered: the session is
/// a kept one, and the acknowledgement waits for the delivery.
/// </summary>
internal sealed class MqttJson(
    MqttOptions options, IReadOnlyList<string> topics, MqttQos qos, SourceSurroundings surroundings) : ISource
{
    public async Task RunAsync(IMessageSink sink, CancellationToken stop)
    {
        // One reader hands the messages on in their order, whatever waits for room in the queue behind.
        var inbox = Channel.CreateUnbounded<(MqttMessage Message, TaskCompletionSource Handled)>();
        await using var client = new MosquittoClient(options);
        client.Happened += e => surroundings.Logger.MqttHappened(e.Kind, e.Detail);
        foreach (var topic in topics)
        {
            await client.SubscribeAsync(topic, qos, message =>
            {
                var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                inbox.Writer.TryWrite((message, handled));
                return new ValueTask(handled.Task);
            }, stop);
        }

        try
        {
            await client.ConnectAsync(stop);
            await foreach (var (message, handled) in inbox.Reader.ReadAllAsync(stop))
            {
                var deliveries = await SendAsync(message, sink, stop);
                _ = AcknowledgeAsync(deliveries, handled);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped: what is not handled stays with the MQTT broker.
        }
    }

    private static async Task AcknowledgeAsync(IReadOnlyList<Task<DeliveryResult>> deliveries, TaskCompletionSource handled)
    {
        var result = DeliveryResult.Combine(await Task.WhenAll(deliveries));
        if (result.State != DeliveryState.Abandoned) handled.TrySetResult();
    }

    private static async Task<IReadOnlyList<Task<DeliveryResult>>> SendAsync(
        MqttMessage received, IMessageSink sink, CancellationToken stop)
    {
        if (MeasureReader.Read(received, out var problem) is not { } measures)
        {
            await sink.RejectAsync(Encoding.UTF8.GetString(received.Payload.Span), $"{received.Topic}: {problem}");
            return [];
        }

        var deliveries = new List<Task<DeliveryResult>>(measures.Count);
        foreach (var measure in measures) deliveries.Add(await sink.SendAsync(measure, stop));
        return deliveries;
    }
}
