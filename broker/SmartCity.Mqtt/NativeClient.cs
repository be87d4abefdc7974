using System.Runtime.InteropServices;
using SmartCity.Mqtt.Native;

namespace SmartCity.Mqtt;

/// <summary>
/// A configured <c>struct mosquitto</c> with the GC handle that its callbacks use. Only the network thread calls it.
/// </summary>
internal sealed unsafe class NativeClient : IDisposable
{
    private static readonly Lazy<int> Initialised = new(Mosquitto.Initialise);

    private readonly MqttOptions _options;
    private GCHandle _state;
    private nint _client;

    internal NativeClient(MqttOptions options, ICallbacks callbacks)
    {
        _options = options;
        _ = Initialised.Value;
        _state = GCHandle.Alloc(callbacks);
        var id = options.ClientId ?? "smartcity-" + Guid.NewGuid().ToString("N")[..12];
        _client = Mosquitto.New(id, options.CleanSession, GCHandle.ToIntPtr(_state));
        if (_client == 0)
        {
            Dispose();
            throw new MqttException($"The client id '{id}' is not valid: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            Configure();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The descriptor, or -1 where the library has closed the connection.</summary>
    internal int Socket => Mosquitto.Socket(_client);

    internal bool WantsToWrite => Mosquitto.WantsToWrite(_client);

    /// <summary>
    /// Opens the TCP connection, which may take as long as the system lets it, and queues CONNECT.
    /// </summary>
    /// <exception cref="MqttException">The guard forbids it.</exception>
    internal int Connect()
    {
        if (_options.Guard is not { } guard) return Connect(_options.Host);
        var addresses = guard.Find(_options.Host);
        // A certificate is checked against the name.
        if (_options.UseTls) return ConnectByName(guard);
        var code = Mosquitto.AddressError;
        for (var i = 0; i < addresses.Count && code != Mosquitto.Success; i++) code = Connect(addresses[i].ToString());
        return code;
    }

    /// <summary>The name may lead elsewhere than a moment ago: where it has led is looked at before CONNECT is written.</summary>
    private int ConnectByName(IConnectionGuard guard)
    {
        var code = Connect(_options.Host);
        if (code != Mosquitto.Success || (SocketAddress.OfPeer(Socket) is { } peer && guard.Allows(peer))) return code;
        throw new MqttException("the host name leads to an address now that may not be connected to");
    }

    private int Connect(string host)
    {
        nint properties = 0;
        if (_options is { Protocol: MqttProtocol.V5, CleanSession: false })
            _ = Mosquitto.AddProperty(
                ref properties, Mosquitto.SessionExpiryInterval, (uint)_options.SessionExpiry.TotalSeconds);
        try
        {
            return Mosquitto.Connect(
                _client, host, _options.Port, (int)_options.KeepAlive.TotalSeconds, null, properties);
        }
        finally
        {
            if (properties != 0) Mosquitto.FreeProperties(ref properties);
        }
    }

    internal int Read() => Mosquitto.Read(_client, 1);

    internal int Write() => Mosquitto.Write(_client, 1);

    internal int KeepAlive() => Mosquitto.KeepAlive(_client);

    internal int Disconnect() => Mosquitto.Disconnect(_client, 0, 0);

    internal int Publish(in MqttMessage message, out int mid)
    {
        fixed (byte* payload = message.Payload.Span)
        {
            return Mosquitto.Publish(
                _client, out mid, message.Topic, message.Payload.Length, payload, (int)message.Qos, message.Retain, 0);
        }
    }

    internal int Subscribe(Subscription subscription, out int mid) =>
        Mosquitto.Subscribe(_client, out mid, subscription.Filter, (int)subscription.Qos, 0, 0);

    public void Dispose()
    {
        if (_client != 0) Mosquitto.Destroy(_client);
        _client = 0;
        if (_state.IsAllocated) _state.Free();
    }

    private void Configure()
    {
        // "Threaded" makes the library queue packets instead of writing them inside its calls: the loop decides when.
        Check(Mosquitto.SetThreaded(_client, true), "threading");
        Check(Mosquitto.SetOption(_client, Mosquitto.ProtocolVersion, (int)_options.Protocol), "the protocol version");
        Check(Mosquitto.SetOption(_client, Mosquitto.TcpNoDelay, 1), "TCP_NODELAY");
        Check(Mosquitto.SetOption(_client, Mosquitto.ReceiveMaximum, Quota(_options.MaxUnhandled)), "the receive maximum");
        Check(Mosquitto.SetOption(_client, Mosquitto.SendMaximum, Quota(_options.MaxUnacknowledged)), "the send maximum");
        if (_options.UserName is { } user) Check(Mosquitto.SetUser(_client, user, _options.Password), "the user name");
        if (_options.UseTls) ConfigureTls();
        Callbacks.Register(_client);
    }

    private static int Quota(int messages) => Math.Clamp(messages, 1, ushort.MaxValue);

    private void ConfigureTls()
    {
        foreach (var file in new[] { _options.CaFile, _options.CertificateFile, _options.KeyFile })
            if (file is not null && !File.Exists(file)) throw new MqttException($"The file '{file}' does not exist");

        if (_options.CaFile is null) Check(Mosquitto.SetOption(_client, Mosquitto.TlsUseSystemAuthorities, 1), "TLS");
        if (_options.CaFile is not null || _options.CertificateFile is not null)
            Check(
                Mosquitto.SetTls(_client, _options.CaFile, null, _options.CertificateFile, _options.KeyFile, 0),
                "the TLS files");
        if (_options.VerifyCertificate) return;

        Check(Mosquitto.SetTlsOptions(_client, 0, null, null), "TLS without verification");
        Check(Mosquitto.SetTlsInsecure(_client, true), "TLS without verification");
    }

    private static void Check(int code, string what)
    {
        if (code != Mosquitto.Success)
            throw new MqttException($"The MQTT library refuses {what}: {Mosquitto.Describe(code)}") { ReasonCode = code };
    }
}
