using SmartCity.Broker.Outbound;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>Ways out for tests, whose peers are on loopback.</summary>
internal static class Gates
{
    public static OutboundPolicy Development { get; } = OutboundPolicy.From(OutboundSettings.Default, isDevelopment: true).Value;

    public static OutboundPolicy Public { get; } = OutboundPolicy.From(OutboundSettings.Default, isDevelopment: false).Value;

    /// <summary>A new one that lets loopback be reached, and no other special network.</summary>
    public static OutboundGate ToLoopback() => new(Development, OutboundSettings.Default);
}
