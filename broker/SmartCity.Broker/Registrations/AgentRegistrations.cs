using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// What FIWARE IoT Agents need beside the standard. They keep devices by service and service path, which they tell in headers of every request,
/// registering included, and need to be told with every request to them. A registration as the standard has it would lose them: without a
/// tenant of its own the default one is asked (ETSI GS CIM 009 4.14). So they become part of its contextSourceInfo, like any other header that a
/// source needs (4.3.6.5).
/// </summary>
internal static class AgentRegistrations
{
    private const string Service = "fiware-service";

    private static readonly string[] Headers = [Service, "fiware-servicepath"];

    /// <summary>The registration with the headers of the request that makes it, unless it says itself what the source is told.</summary>
    public static ContextSourceRegistration WithHeaders(ContextSourceRegistration registration, Call call)
    {
        foreach (var name in Headers)
        {
            if (call.Header?.Invoke(name) is not { Length: > 0 } value || !SettableHeaders.IsValue(value) || registration.Info(name) is not null) continue;
            registration = registration with { ContextSourceInfo = registration.ContextSourceInfo.Add(new KeyValue(name, value)) };
        }

        return registration;
    }

    /// <summary>
    /// What the same agent has registered of the same device before; null where it has nothing. An agent never changes a registration: that of
    /// a device that is provisioned anew, or after a restart in which the agent has forgotten it, is made anew. It takes the place of the old one,
    /// which would be in its way (5.9.2.4) with nobody left to delete it.
    /// </summary>
    public static ContextSource? Predecessor(ContextSourceRegistration registration, Call call, ContextRegistry registry)
    {
        if (registration.Mode != RegistrationMode.Exclusive || registration.Info(Service) is not { } service) return null;
        if (registration.Information is not [var device] || device.Entities is not [{ Id: { } id }]) return null;
        var query = new RegistrationQuery
        {
            Selectors = [new EntitySelector { Ids = [id] }],
            AttributeNames = [.. device.PropertyNames, .. device.RelationshipNames],
        };
        return registry.Match(new Call { Tenant = call.Tenant, Context = call.Context }, query).Sources
            .FirstOrDefault(match => match.Registration.Mode == RegistrationMode.Exclusive
                && match.Registration.Endpoint == registration.Endpoint && match.Registration.Info(Service) == service).Source;
    }
}
