using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// A digital signature of an Attribute: a Property whose sealed members are values without more (ETSI GS CIM 009 4.5.2.2, annexes
/// B and C.11).
/// </summary>
internal static class ProofNames
{
    public const string Proof = "https://uri.etsi.org/ngsi-ld/ngsildproof";

    /// <summary>The id of the Entity that was signed: a URI.</summary>
    public const string EntityId = "https://uri.etsi.org/ngsi-ld/entityIdSealed";

    /// <summary>Its types: names that the @context expands.</summary>
    public const string EntityType = "https://uri.etsi.org/ngsi-ld/entityTypeSealed";

    private static readonly Name EntityIdName = Names.Intern(EntityId);

    private static readonly Name EntityTypeName = Names.Intern(EntityType);

    /// <summary>The start of a sealed member up to its value; empty for any other name.</summary>
    public static ReadOnlySpan<byte> Start(Name name) =>
        name == EntityIdName ? "\"entityIdSealed\":"u8 : name == EntityTypeName ? "\"entityTypeSealed\":"u8 : default;
}
