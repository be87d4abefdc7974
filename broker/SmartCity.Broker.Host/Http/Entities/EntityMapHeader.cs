using System.Xml;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>How a client asks for an EntityMap, and how it is told which one was used (ETSI GS CIM 009 6.4.3.2, 6.5.3.1).</summary>
internal static class EntityMapHeader
{
    public const string Name = EntityMapLocation.Header;

    public const string Collection = "/ngsi-ld/v1/entityMaps";

    /// <summary>Null where the client wants none. BadRequestData where it names none, or wants it for no time.</summary>
    public static Result<EntityMapRequest?> Read(Exchange exchange, QueryParameters parameters)
    {
        if (!parameters.Flag(Parameters.EntityMap).TryGet(out var wanted, out var error)) return error;
        if (!Lifetime(parameters).TryGet(out var lifetime, out error)) return error;
        var given = exchange.Http.Request.Headers[Name].ToString().Trim();
        if (given.Length == 0) return wanted ? new EntityMapRequest(null, lifetime) : null;
        return EntityMapLocation.IdOf(given) is { } id
            ? new EntityMapRequest(id, lifetime)
            : NgsiLdError.BadRequestData($"the header {Name} is '{given}', which names no EntityMap");
    }

    /// <summary>An ISO 8601 duration; null where it is absent.</summary>
    public static Result<TimeSpan?> Lifetime(QueryParameters parameters)
    {
        if (parameters.NonEmpty(Parameters.EntityMapLifetime) is not { } text) return (TimeSpan?)null;
        try
        {
            if (XmlConvert.ToTimeSpan(text) is var lifetime && lifetime > TimeSpan.Zero) return lifetime;
        }
        catch (FormatException)
        {
            // Told below.
        }
        catch (OverflowException)
        {
            return TimeSpan.MaxValue;
        }

        return NgsiLdError.BadRequestData($"entityMapLifetime is '{text}', which is no duration such as PT5M");
    }

    public static string Location(EntityMap map) => $"{Collection}/{PathVariable.Encode(map.Id)}";

    public static void Tell(HttpResponse response, UsedEntityMap? used)
    {
        if (used is not null) response.Headers[Name] = Location(used.Map);
    }
}
