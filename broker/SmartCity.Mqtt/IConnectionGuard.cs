using System.Net;

namespace SmartCity.Mqtt;

/// <summary>Says which addresses a client connects to. It is asked on the client's thread, before every connection.</summary>
public interface IConnectionGuard
{
    /// <summary>The addresses of a host that may be connected to, at least one. It may block.</summary>
    /// <exception cref="MqttException">There is none, for the reason that the message tells.</exception>
    IReadOnlyList<IPAddress> Find(string host);

    /// <summary>Whether this one may be connected to.</summary>
    bool Allows(IPAddress address);
}
