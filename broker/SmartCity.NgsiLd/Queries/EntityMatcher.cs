using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// Whether an Entity is meant by a query, decided in memory (ETSI GS CIM 009 5.7.2). Made once per query and used for many
/// Entities: names are resolved, patterns compiled, literals decoded. Safe to share between threads.
/// </summary>
public sealed class EntityMatcher
{
    public EntityMatcher(EntityQuery query) => throw new NotImplementedException();

    public bool Matches(PackedEntity entity) => throw new NotImplementedException();
}
