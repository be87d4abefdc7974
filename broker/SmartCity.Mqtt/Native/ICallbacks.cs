namespace SmartCity.Mqtt.Native;

/// <summary>What libmosquitto tells, on the network thread. Implementations do not throw.</summary>
internal interface ICallbacks
{
    void OnConnect(int code);

    void OnPublish(int mid, int reason);

    void OnSubscribe(int mid, int granted);

    void OnMessage(MqttMessage message);

    void OnLog(string text);

    /// <summary>A callback threw: a bug here. The native frames must not see it.</summary>
    void OnBug(Exception exception);
}
