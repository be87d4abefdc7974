namespace SmartCity.Mqtt;

public enum MqttProtocol
{
    /// <summary>MQTT 3.1.1 (ISO/IEC 20922).</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V5 = 5,
}

/// <summary>How to reach one MQTT broker.</summary>
public sealed record MqttOptions
{
    public required string Host { get; init; }

    public int Port { get; init; } = 1883;

    public bool UseTls { get; init; }

    /// <summary>PEM file of the authorities to trust; null: those of the operating system.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM files by which this client shows who it is; both or none.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>False takes any certificate of the broker: for a test bench only.</summary>
    public bool VerifyCertificate { get; init; } = true;

    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>Null: a random one. A kept session needs a fixed one.</summary>
    public string? ClientId { get; init; }

    public MqttProtocol Protocol { get; init; } = MqttProtocol.V311;

    /// <summary>At least 5 s, the least that libmosquitto takes.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>False: the broker keeps subscriptions and unacknowledged messages while this client is away.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>How long a kept session outlives the connection (MQTT 5.0 only).</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Holds the acknowledgements of received messages back until the tasks of their handlers have completed, so that a
    /// crash in between makes the broker of a kept session send the QoS 1 messages again. While a handler runs nothing is
    /// written, so a handler must not wait for a publication of the same client. QoS 2 cannot promise as much: its payload
    /// is confirmed to the broker before the handler sees it.
    /// </summary>
    public bool AcknowledgeWhenHandled { get; init; }

    /// <summary>Messages whose handlers may be running before reading from the network pauses.</summary>
    public int MaxUnhandled { get; init; } = 1000;

    /// <summary>Publications that the library holds at once; the others wait their turn in the order of the calls.</summary>
    public int MaxUnacknowledged { get; init; } = 1000;

    /// <summary>True: an unreachable broker at the start is waited for; a refusal still fails the connect.</summary>
    public bool RetryFirstConnect { get; init; }

    /// <summary>From the TCP connection to the broker's CONNACK.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Decides on the addresses that the host's name leads to; null: any will do. Without TLS the connection goes to an address that was
    /// found and judged just before. With TLS it goes to the name, which the certificate is checked against, and the address that it has
    /// reached is judged before anything but the greeting of TLS is sent.
    /// </summary>
    public IConnectionGuard? Guard { get; init; }

    /// <summary>The first pause before reconnecting; doubled, with jitter, up to <see cref="MaxReconnectDelay"/>.</summary>
    public TimeSpan MinReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Reads <c>mqtt://user:password@host:port</c> or <c>mqtts://...</c>; the default ports are 1883 and 8883. The path is
    /// the caller's.
    /// </summary>
    /// <exception cref="MqttException">The scheme is another one.</exception>
    public static MqttOptions FromUri(Uri uri)
    {
        var tls = uri.Scheme.Equals("mqtts", StringComparison.OrdinalIgnoreCase);
        if (!tls && !uri.Scheme.Equals("mqtt", StringComparison.OrdinalIgnoreCase))
            throw new MqttException($"The scheme '{uri.Scheme}' is not mqtt or mqtts");

        var user = uri.UserInfo.Split(':', 2);
        return new MqttOptions
        {
            Host = uri.IdnHost.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : tls ? 8883 : 1883,
            UseTls = tls,
            UserName = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
    }
}
