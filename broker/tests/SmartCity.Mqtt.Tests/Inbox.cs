using System.Text;
using System.Threading.Channels;

namespace SmartCity.Mqtt.Tests;

/// <summary>A handler that keeps what it gets.</summary>
internal sealed class Inbox
{
    private readonly Channel<MqttMessage> _messages = Channel.CreateUnbounded<MqttMessage>();

    internal ValueTask Take(MqttMessage message)
    {
        _messages.Writer.TryWrite(message);
        return ValueTask.CompletedTask;
    }

    internal async Task<MqttMessage> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await _messages.Reader.ReadAsync(patience.Token);
    }

    internal async Task<string> NextTextAsync() => Encoding.UTF8.GetString((await NextAsync()).Payload.Span);
}
