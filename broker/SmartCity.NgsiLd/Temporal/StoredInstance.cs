using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>An Attribute at a point in time, as the history keeps it (ETSI GS CIM 009 4.5.7, 4.5.8).</summary>
/// <param name="Id">Its instanceId.</param>
/// <param name="Attribute">
/// Everything else, in place: observedAt, createdAt and modifiedAt are those of the instance. Of a deletion the value is the
/// NGSI-LD Null, <c>{"@none":"urn:ngsi-ld:null"}</c> of a LanguageProperty, <c>["urn:ngsi-ld:null"]</c> of lists.
/// </param>
/// <param name="DeletedAt">When the Attribute was deleted; null where the instance records no deletion.</param>
public readonly record struct StoredInstance(InstanceId Id, PackedAttribute Attribute, Timestamp? DeletedAt)
{
    /// <summary>
    /// What another source names it, where that is no id of a broker of ours; empty where it does not say. Null for <see cref="Id"/>.
    /// </summary>
    public string? ForeignId { get; init; }
}
