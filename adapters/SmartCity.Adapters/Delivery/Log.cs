namespace SmartCity.Adapters.Delivery;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The broker does not take {Count} entities now: {Reason}; trying again after {Seconds:0.0} s")]
    internal static partial void Retrying(this ILogger logger, int count, string reason, double seconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The broker refuses {Id}: {Reason}; kept in {File}")]
    internal static partial void EntityRefused(this ILogger logger, string id, string reason, string file);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "A message is rejected: {Reason}")]
    internal static partial void MessageRejected(this ILogger logger, string reason);

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "The mapping fails on a message, which is rejected")]
    internal static partial void MappingFails(this ILogger logger, Exception exception);
}
