namespace SmartCity.Adapters.Sources;

internal static partial class Log
{
    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "{File} is done: {Delivered} rows delivered, {Rejected} rejected")]
    internal static partial void FileDone(this ILogger logger, string file, int delivered, int rejected);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "{File} fails: {Reason}")]
    internal static partial void FileFailed(this ILogger logger, string file, string reason);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "MQTT {Kind}: {Detail}")]
    internal static partial void MqttHappened(this ILogger logger, Mqtt.MqttEventKind kind, string detail);
}
