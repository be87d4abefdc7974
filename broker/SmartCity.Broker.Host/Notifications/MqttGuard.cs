using System.Net;
using System.Net.Sockets;
using SmartCity.Broker.Outbound;
using SmartCity.Mqtt;

namespace SmartCity.Broker.Host.Notifications;

/// <summary>The outbound policy, for connections to MQTT brokers.</summary>
internal sealed class MqttGuard(OutboundGate gate, TimeProvider clock) : IConnectionGuard
{
    public IReadOnlyList<IPAddress> Find(string host)
    {
        using var deadline = new CancellationTokenSource(gate.ConnectTimeout, clock);
        try
        {
            // A client's thread is its own to block.
            return gate.FindAsync(host, deadline.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is OutboundDeniedException or SocketException or OperationCanceledException)
        {
            throw new MqttException(failure.Message, failure);
        }
    }

    public bool Allows(IPAddress address) => gate.Policy.Objection(address) is null;
}
