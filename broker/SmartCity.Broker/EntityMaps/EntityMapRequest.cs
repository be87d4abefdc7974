namespace SmartCity.Broker.EntityMaps;

/// <summary>That a client wants to use an EntityMap, or to have one (ETSI GS CIM 009 5.7.2.4).</summary>
/// <param name="Id">The one to use; null for a new one. Where it is gone, a new one takes its place.</param>
/// <param name="Lifetime">How long a new one is wanted; null where the client does not say.</param>
public sealed record EntityMapRequest(string? Id, TimeSpan? Lifetime);

/// <param name="Map">What the operation has used.</param>
/// <param name="IsNew">Whether the operation has made it.</param>
public sealed record UsedEntityMap(EntityMap Map, bool IsNew);
