namespace SmartCity.Mqtt;

/// <summary>An MQTT broker refuses something or cannot be reached.</summary>
public class MqttException : Exception
{
    public MqttException(string message) : base(message)
    {
    }

    public MqttException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public MqttException() : base("The MQTT connection fails")
    {
    }

    /// <summary>The reason code of MQTT 5.0 (2.4), or the return code of MQTT 3.1.1 (3.2.2.3); 0 where none was given.</summary>
    public int ReasonCode { get; init; }
}

/// <summary>The native library is absent.</summary>
public sealed class MqttLibraryMissingException : MqttException
{
    public MqttLibraryMissingException(Exception innerException) : base(
        "MQTT needs the library libmosquitto.so.1, which is not installed. "
        + "On Debian and Ubuntu: apt-get install libmosquitto1", innerException)
    {
    }

    public MqttLibraryMissingException() : this(new DllNotFoundException())
    {
    }

    public MqttLibraryMissingException(string message) : base(message)
    {
    }

    public MqttLibraryMissingException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
