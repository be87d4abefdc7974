using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// FIWARE IoT Agents keep devices by service and service path, which they tell in headers of every request, registering included, and need
/// to be told with every request to them. A registration as the standard has it would lose them: without a tenant of its own the default
/// one is asked (ETSI GS CIM 009 4.14). So they become part of its contextSourceInfo, like any other header that a source needs (4.3.6.5).
/// </summary>
internal static class AgentHeaders
{
    private static readonly string[] Names = ["fiware-service", "fiware-servicepath"];

    /// <summary>The registration with the headers of the request that makes it, unless it says itself what the source is told.</summary>
    public static ContextSourceRegistration Keep(ContextSourceRegistration registration, Call call)
    {
        foreach (var name in Names)
        {
            if (call.Header?.Invoke(name) is not { Length: > 0 } value || !SettableHeaders.IsValue(value)) continue;
            if (registration.ContextSourceInfo.Any(info => info.Key.Equals(name, StringComparison.OrdinalIgnoreCase))) continue;
            registration = registration with { ContextSourceInfo = registration.ContextSourceInfo.Add(new KeyValue(name, value)) };
        }

        return registration;
    }
}
