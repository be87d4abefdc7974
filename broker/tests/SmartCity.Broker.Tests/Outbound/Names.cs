using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SmartCity.Broker.Outbound;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>A resolver whose answers a test writes down, one for each lookup of a name; the last one stays.</summary>
internal sealed class Names
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string[]>> _answers = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();

    public Names Add(string host, params string[] addresses)
    {
        _answers.GetOrAdd(host, _ => new()).Enqueue(addresses);
        return this;
    }

    public int Asked(string host) => _asked.GetValueOrDefault(host);

    /// <param name="settings">What may be reached, and the bounds.</param>
    public OutboundGate Gate(OutboundSettings settings) =>
        new(OutboundPolicy.From(settings, isDevelopment: false).Value, settings, new(settings, Resolve));

    private IPAddress[] Resolve(string host)
    {
        _asked.AddOrUpdate(host, 1, (_, count) => count + 1);
        if (!_answers.TryGetValue(host, out var answers)) throw new SocketException((int)SocketError.HostNotFound);
        if (answers.Count == 1 || !answers.TryDequeue(out var answer)) answers.TryPeek(out answer);
        return [.. answer!.Select(IPAddress.Parse)];
    }
}
