using System.Collections.Immutable;

namespace SmartCity.Broker.Storage;

/// <summary>
/// Subscriptions that were forwarded to Context Sources (ETSI GS CIM 009 5.8.1.4), kept as documents whose form is the forwarding code's own.
/// </summary>
public interface IForwardingStore
{
    ValueTask<ImmutableArray<StoredForwarding>> LoadAsync(CancellationToken cancellation);

    /// <summary>Adds or replaces the one of this key; durable when it returns.</summary>
    ValueTask SaveAsync(StoredForwarding forwarding, CancellationToken cancellation);

    /// <summary>Durable when it returns. Nothing happens where there is none.</summary>
    ValueTask DeleteAsync(string key, CancellationToken cancellation);
}

/// <param name="Key">Unique among all tenants.</param>
/// <param name="Document">UTF-8 JSON.</param>
public sealed record StoredForwarding(string Key, ReadOnlyMemory<byte> Document);
