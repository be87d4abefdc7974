namespace SmartCity.Broker.Entities.Decisions;

/// <summary>Members of an Entity that are no Attributes, whether or not a @context has expanded their names.</summary>
internal static class EntityMembers
{
    public static bool IsScope(string name) => name is "scope" or "https://uri.etsi.org/ngsi-ld/scope";

    public static bool IsIdOrType(string name) =>
        name is "id" or "type" or "@id" or "@type" or "@context" or "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
}
