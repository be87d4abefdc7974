using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>What one place has of an Entity.</summary>
/// <param name="Entity">The part, cut to what may be taken from there.</param>
/// <param name="IsAuxiliary">Whether it adds what no other place has, and changes nothing (ETSI GS CIM 009 4.3.6.2).</param>
internal readonly record struct EntityPart(Entity Entity, bool IsAuxiliary = false);
