using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Members of an Entity that are no Attributes, whether or not a @context has expanded their names.</summary>
internal static class EntityMembers
{
    public static bool IsScope(string name) => name is "scope" or "https://uri.etsi.org/ngsi-ld/scope";

    public static bool IsIdOrType(string name) =>
        name is "id" or "type" or "@id" or "@type" or "@context" or "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

    /// <summary>Null where an address may name the member as an Attribute.</summary>
    public static NgsiLdError? RefuseAsAttribute(string name) => IsScope(name) || IsIdOrType(name)
        ? NgsiLdError.BadRequestData($"{name} is no Attribute: it is changed with the Entity")
        : null;

    /// <summary>Null where a body is about the Entity that the address names.</summary>
    public static NgsiLdError? RefuseOtherId(string id, Entity? fragment) => fragment is { Id.Length: > 0 } && fragment.Id != id
        ? NgsiLdError.BadRequestData($"id is {fragment.Id}, but the Entity that is addressed is {id}")
        : null;
}
