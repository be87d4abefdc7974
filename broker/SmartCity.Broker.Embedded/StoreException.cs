namespace SmartCity.Broker.Embedded;

/// <summary>The store cannot be opened; the message tells an operator which file it is, what is wrong and what to do.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
