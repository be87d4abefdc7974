using System.ComponentModel;

namespace SmartCity.Broker.Outbound;

/// <summary>
/// What bounds every request that the broker makes on somebody else's word, each a setting of the same name under <c>Outbound</c>. Where
/// it may go, <see cref="OutboundPolicy"/> decides. How long an answer may take and how large it may be, each use says for itself.
/// </summary>
public sealed record OutboundSettings
{
    public static OutboundSettings Default { get; } = new();

    /// <summary>
    /// Networks that may be reached although they are special or denied, separated by commas: such as <c>10.20.0.0/16</c>,
    /// <c>192.168.1.7</c>, <c>loopback</c>, <c>private</c> or <c>any</c>. Default: loopback for a broker in development, otherwise none.
    /// </summary>
    [Description("networks such as 10.20.0.0/16, loopback, private or any (default loopback if only this machine can call)")]
    public string? Allow { get; init; }

    /// <summary>Networks that may not be reached although they are public. Default none.</summary>
    public string? Deny { get; init; }

    /// <summary>What a URL may begin with. Default http, https, mqtt and mqtts.</summary>
    [Description("of http, https, mqtt, mqtts, separated by commas (default all)")]
    public string? Schemes { get; init; }

    /// <summary>
    /// The proxy that makes all HTTP connections, such as <c>http://user:password@proxy.example:3128</c>. It decides then which addresses
    /// host names lead to. Default none, whatever the environment says.
    /// </summary>
    public string? Proxy { get; init; }

    /// <summary>How long it may take to find the addresses of a host, connect to it and agree on TLS. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Connections that are open at once for contexts, for notifications, and for Context Sources: each use has so many of its own. What
    /// would need one more waits for one as long as connecting may take. Default 16 384.
    /// </summary>
    public int Connections { get; init; } = 16 * 1024;

    /// <summary>Of these, connections to one host and port. Default 256.</summary>
    public int ConnectionsPerServer { get; init; } = 256;

    /// <summary>Bytes of the headers of an answer, in whole KiB. Default 32 KiB.</summary>
    public int HeaderBytes { get; init; } = 32 * 1024;

    /// <summary>How long a connection that nobody uses is kept. Default 30 s.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection is used before another one takes its place, so that a server that moves to another address is found there,
    /// and is looked at again. Default 5 min.
    /// </summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Bytes of an answer of a Context Source, with its headers, up to which it is used on the thread that hears of it instead of one of the
    /// thread pool, which costs less; 1 for none. Default 16 KiB.
    /// </summary>
    public int InlineBytes { get; init; } = 16 * 1024;

    /// <summary>
    /// Host names that are looked up at once, each on a thread of its own; as many more where the name was found the last time. Default 32.
    /// </summary>
    public int Lookups { get; init; } = 32;

    /// <summary>Hears why a connection was not made, once for each host; null for nobody.</summary>
    public Action<string>? Denied { get; init; }
}
