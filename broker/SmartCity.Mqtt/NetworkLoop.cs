using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using SmartCity.Mqtt.Native;

namespace SmartCity.Mqtt;

/// <summary>
/// The thread of one client:
/// <code>
/// open -> [ write what is queued -> wait -> read -> keep alive -> take publications ] -> lost -> pause -> open ...
/// </code>
/// Reading pauses while too many handlers run. With <see cref="MqttOptions.AcknowledgeWhenHandled"/> writing, and with it
/// every acknowledgement, waits until no handler runs; reading then stops after <see cref="Gather"/>, so that a steady
/// stream cannot put the acknowledgements off for ever.
/// </summary>
internal sealed class NetworkLoop : ICallbacks
{
    private const int MaxWritesInARow = 256;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(4);

    private readonly MqttOptions _options;
    private readonly Action<MqttEvent> _tell;
    private readonly NativeClient _native;
    private readonly SocketWait _wait = new();
    private readonly ConcurrentQueue<Publication> _outbox = new();
    private readonly ConcurrentQueue<Subscription> _newSubscriptions = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Of the network thread alone.
    private readonly List<Subscription> _subscriptions = [];
    private readonly Dictionary<int, Publication> _unacknowledged = [];
    private readonly Dictionary<int, Subscription> _ungranted = [];
    private readonly ReconnectPause _pause;
    private bool _open;
    private bool _draining;
    private bool _everConnected;
    private long _openedAt;
    private long _gatheringSince;
    private string? _lastLog;
    private MqttException? _refusal;

    // Shared.
    private volatile bool _isConnected;
    private volatile bool _stopping;
    private volatile bool _closed;
    private int _unhandled;
    private int _started;

    internal NetworkLoop(MqttOptions options, Action<MqttEvent> tell)
    {
        _options = options;
        _tell = tell;
        _pause = new ReconnectPause(options.MinReconnectDelay, options.MaxReconnectDelay);
        try
        {
            _native = new NativeClient(options, this);
        }
        catch
        {
            _wait.Dispose();
            throw;
        }
    }

    internal bool IsConnected => _isConnected;

    internal Task Connected => _connected.Task;

    internal Task Ended => _ended.Task;

    internal void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 1) return;
        new Thread(Run) { IsBackground = true, Name = $"mqtt {_options.Host}:{_options.Port}" }.Start();
    }

    internal void Stop()
    {
        _stopping = true;
        if (Interlocked.Exchange(ref _started, 1) == 0) End(null);
        _wait.WakeUp();
    }

    internal void Enqueue(Publication publication)
    {
        _outbox.Enqueue(publication);
        if (_closed) FailWaiting(Gone());
        _wait.WakeUp();
    }

    internal void Enqueue(Subscription subscription)
    {
        _newSubscriptions.Enqueue(subscription);
        if (_closed) FailWaiting(Gone());
        _wait.WakeUp();
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever ends the thread must reach those who wait for it.")]
    private void Run()
    {
        Exception? bug = null;
        try
        {
            while (!_stopping && _refusal is null)
            {
                if (_open) Step();
                else Open();
            }

            if (_stopping && _isConnected) Leave();
        }
        catch (Exception e)
        {
            bug = e;
        }

        End(bug);
    }

    private void Open()
    {
        // Unhandled messages would come again from a kept session and be handled twice at once.
        var mayOpen = !_options.AcknowledgeWhenHandled || Volatile.Read(ref _unhandled) == 0;
        if (!mayOpen || _pause.Remaining > TimeSpan.Zero)
        {
            _wait.Wait(-1, false, false, mayOpen ? (int)_pause.Remaining.TotalMilliseconds + 1 : 1000);
            return;
        }

        _lastLog = null;
        int code;
        try
        {
            code = _native.Connect();
        }
        catch (MqttException denied)
        {
            ConnectFailed(denied.Message, 0, final: false);
            return;
        }

        if (code == Mosquitto.Success)
        {
            _open = true;
            _openedAt = Stopwatch.GetTimestamp();
            return;
        }

        var reason = code switch
        {
            Mosquitto.SystemError => Marshal.GetLastPInvokeErrorMessage(),
            Mosquitto.AddressError => "the host name is not found",
            _ => _lastLog ?? Mosquitto.Describe(code),
        };
        ConnectFailed(reason, 0, final: false);
    }

    private void Step()
    {
        var unhandled = Volatile.Read(ref _unhandled);
        if (unhandled == 0) _draining = false;
        else if (unhandled >= _options.MaxUnhandled || (_options.AcknowledgeWhenHandled && GatheredLongEnough())) _draining = true;

        var mayWrite = !_options.AcknowledgeWhenHandled || unhandled == 0;
        if (mayWrite) WriteQueued();
        var code = Mosquitto.Success;
        if (_native.Socket >= 0)
        {
            var readable = _wait.Wait(
                _native.Socket, read: !_draining, write: mayWrite && _native.WantsToWrite, milliseconds: 1000);
            if (readable) code = _native.Read();
            if (code == Mosquitto.Success && _native.Socket >= 0) code = _native.KeepAlive();
        }

        if (_native.Socket < 0)
        {
            Lost(code);
            return;
        }

        if (!_isConnected && Stopwatch.GetElapsedTime(_openedAt) > _options.ConnectTimeout)
        {
            // Opening again closes this one.
            _open = false;
            ConnectFailed("the broker does not answer the CONNECT", 0, final: false);
            return;
        }

        if (_isConnected) TakeWork();
    }

    private bool GatheredLongEnough() => Stopwatch.GetElapsedTime(_gatheringSince) > Gather;

    private void WriteQueued()
    {
        for (var i = 0; i < MaxWritesInARow && _native.Socket >= 0 && _native.WantsToWrite; i++)
            if (_native.Write() != Mosquitto.Success) return;
    }

    private void TakeWork()
    {
        while (_newSubscriptions.TryDequeue(out var subscription))
        {
            _subscriptions.Add(subscription);
            Subscribe(subscription);
        }

        while (_unacknowledged.Count < _options.MaxUnacknowledged && _outbox.TryDequeue(out var publication))
        {
            if (!publication.TryTake()) continue;
            var code = _native.Publish(publication.Message, out var mid);
            if (code == Mosquitto.Success) _unacknowledged[mid] = publication;
            else publication.Fail(new MqttException($"The message is not sent: {Mosquitto.Describe(code)}") { ReasonCode = code });
        }
    }

    private void Subscribe(Subscription subscription)
    {
        var code = _native.Subscribe(subscription, out var mid);
        if (code == Mosquitto.Success) _ungranted[mid] = subscription;
        else Refused(subscription, Mosquitto.Describe(code), code);
    }

    private void Lost(int code)
    {
        _open = false;
        var wasConnected = _isConnected;
        _isConnected = false;
        _ungranted.Clear();

        // The library sends QoS 1 and 2 again after the reconnection; QoS 0 is gone.
        var reason = _lastLog ?? Mosquitto.Describe(code);
        foreach (var (mid, publication) in _unacknowledged)
        {
            if (publication.Message.Qos != MqttQos.AtMostOnce) continue;
            _unacknowledged.Remove(mid);
            publication.Fail(new MqttException($"The connection is lost: {reason}"));
        }

        if (_refusal is not null) return;
        if (!wasConnected)
        {
            ConnectFailed(reason, code, final: false);
            return;
        }

        _pause.Begin();
        _tell(new MqttEvent(MqttEventKind.ConnectionLost, reason));
    }

    private void ConnectFailed(string reason, int code, bool final)
    {
        _pause.Begin();
        var text = $"MQTT broker {_options.Host}:{_options.Port}: {reason}";
        _tell(new MqttEvent(MqttEventKind.ConnectFailed, text));
        if (_everConnected || (_options.RetryFirstConnect && !final)) return;
        _refusal = new MqttException(text) { ReasonCode = code };
    }

    /// <summary>Lets the running handlers finish, so that their messages are acknowledged, and disconnects.</summary>
    private void Leave()
    {
        var since = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _unhandled) > 0 && Stopwatch.GetElapsedTime(since) < LeavePatience)
            _wait.Wait(-1, false, false, 50);

        // Leaving without a goodbye keeps unhandled messages unacknowledged: a kept session sends them again.
        if (_options.AcknowledgeWhenHandled && Volatile.Read(ref _unhandled) > 0) return;
        if (_native.Disconnect() != Mosquitto.Success) return;

        while (_native.Socket >= 0 && _native.WantsToWrite && Stopwatch.GetElapsedTime(since) < LeavePatience)
        {
            WriteQueued();
            if (_native.Socket >= 0) _wait.Wait(_native.Socket, read: false, write: true, 50);
        }
    }

    private void End(Exception? bug)
    {
        _isConnected = false;
        _native.Dispose();
        _wait.Dispose();
        var reason = _refusal ?? (bug is null ? Gone() : new MqttException("The MQTT client has failed", bug));
        _connected.TrySetException(reason);
        _ = _connected.Task.Exception;
        foreach (var publication in _unacknowledged.Values) publication.Fail(reason);
        foreach (var subscription in _subscriptions) subscription.Fail(reason);
        _closed = true;
        FailWaiting(reason);
        _ended.TrySetResult();
    }

    private void FailWaiting(MqttException reason)
    {
        while (_outbox.TryDequeue(out var publication)) publication.Fail(reason);
        while (_newSubscriptions.TryDequeue(out var subscription)) subscription.Fail(reason);
    }

    private static MqttException Gone() => new("The MQTT client is closed");

    void ICallbacks.OnConnect(int code)
    {
        if (code != Mosquitto.Success)
        {
            // MQTT 3.1.1: 3 is "server unavailable"; MQTT 5.0: 0x88 unavailable, 0x89 busy, 0x97 quota, 0x9F rate.
            var passing = _options.Protocol == MqttProtocol.V311 ? code == 3 : code is 0x88 or 0x89 or 0x97 or 0x9F;
            ConnectFailed(Mosquitto.DescribeConnect(_options.Protocol, code), code, final: !passing);
            return;
        }

        _isConnected = true;
        _everConnected = true;
        _pause.Reset();
        while (_newSubscriptions.TryDequeue(out var subscription)) _subscriptions.Add(subscription);
        foreach (var subscription in _subscriptions) Subscribe(subscription);
        _tell(new MqttEvent(MqttEventKind.Connected, $"MQTT broker {_options.Host}:{_options.Port}"));
        CompleteConnect();
    }

    void ICallbacks.OnSubscribe(int mid, int granted)
    {
        if (!_ungranted.Remove(mid, out var subscription)) return;
        if (granted >= 0x80) Refused(subscription, Mosquitto.DescribeReason(granted), granted);
        else subscription.Grant();
        CompleteConnect();
    }

    void ICallbacks.OnPublish(int mid, int reason)
    {
        if (!_unacknowledged.Remove(mid, out var publication)) return;
        if (reason < 0x80) publication.Complete();
        else
            publication.Fail(new MqttException($"The broker refuses the message: {Mosquitto.DescribeReason(reason)}")
            {
                ReasonCode = reason,
            });
    }

    void ICallbacks.OnMessage(MqttMessage message)
    {
        foreach (var subscription in _subscriptions)
        {
            if (!TopicFilter.Matches(subscription.Filter, message.Topic)) continue;

            // Counted before the call, so that a completion on another thread finds it.
            if (Interlocked.Increment(ref _unhandled) == 1) _gatheringSince = Stopwatch.GetTimestamp();
            var handling = Handle(subscription, message);
            if (handling.IsCompletedSuccessfully) Interlocked.Decrement(ref _unhandled);
            else _ = HandledLater(handling.AsTask());
        }
    }

    void ICallbacks.OnLog(string text) => _lastLog = text;

    void ICallbacks.OnBug(Exception exception) =>
        _tell(new MqttEvent(MqttEventKind.HandlerFailed, exception.ToString()));

    [SuppressMessage("Design", "CA1031", Justification = "A handler's bug must not end the connection.")]
    private async ValueTask Handle(Subscription subscription, MqttMessage message)
    {
        try
        {
            await subscription.Handler(message).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _tell(new MqttEvent(MqttEventKind.HandlerFailed, $"The handler of {subscription.Filter} fails: {e}"));
        }
    }

    private async Task HandledLater(Task handling)
    {
        await handling.ConfigureAwait(false);
        var left = Interlocked.Decrement(ref _unhandled);
        if (left == 0) _wait.WakeUp();
    }

    private void Refused(Subscription subscription, string reason, int code)
    {
        var text = $"The broker refuses the subscription to '{subscription.Filter}': {reason}";
        subscription.Fail(new MqttException(text) { ReasonCode = code });
        _tell(new MqttEvent(MqttEventKind.SubscriptionRefused, text));
    }

    /// <summary>
    /// A kept session sends its old messages before it grants anything. Where they hold the writing back, waiting for the
    /// grants would wait for handlers that may themselves wait for the connect.
    /// </summary>
    private void CompleteConnect()
    {
        if (_ungranted.Count == 0 || _options.AcknowledgeWhenHandled) _connected.TrySetResult();
    }
}
