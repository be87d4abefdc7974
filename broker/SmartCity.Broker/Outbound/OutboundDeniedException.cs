namespace SmartCity.Broker.Outbound;

/// <summary>The policy forbids a connection. The message names the host and the setting that would allow it.</summary>
public sealed class OutboundDeniedException(string message) : IOException(message);
