using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// One Entity out of what several places have of it (ETSI GS CIM 009 4.5.5). The order of the parts decides only what nothing else does:
/// between instances that are equally new and live equally long, the first one is taken.
/// </summary>
internal static class EntityMerger
{
    /// <summary>Null where no part is left, since all have expired.</summary>
    /// <param name="parts">Of one id, at least one.</param>
    /// <param name="nowTicks">UTC ticks.</param>
    public static Entity? Merge(IReadOnlyList<EntityPart> parts, long nowTicks)
    {
        if (parts is [{ Entity: var only }]) return HasExpired(only, nowTicks) ? null : only;
        var equals = new List<Entity>(parts.Count);
        var auxiliary = new List<Entity>();
        foreach (var part in parts)
        {
            var entity = part.Entity;
            if (!HasExpired(entity, nowTicks)) (part.IsAuxiliary ? auxiliary : equals).Add(entity);
        }

        var merged = MergeEquals(equals, nowTicks);
        var added = MergeEquals(auxiliary, nowTicks);
        return merged is null || added is null ? merged ?? added : Supplement(merged, added);
    }

    private static bool HasExpired(Entity entity, long nowTicks) => entity.ExpiresAt is { } end && end.Value.UtcTicks <= nowTicks;

    private static Entity? MergeEquals(List<Entity> versions, long nowTicks)
    {
        if (versions.Count == 0) return null;
        if (versions.Count == 1) return versions[0];
        var differ = versions.Any(version => version.ExpiresAt?.Value != versions[0].ExpiresAt?.Value);
        var instances = new InstanceChoice(nowTicks);
        var whole = versions[0];
        foreach (var version in versions)
        {
            foreach (var attribute in version.Attributes) instances.Add(differ ? Limited(attribute, version.ExpiresAt) : attribute);
            whole = Unite(whole, version);
        }

        return whole with { Attributes = instances.ToImmutable(), ExpiresAt = Latest(versions) };
    }

    /// <summary>Adds the Attributes that an Entity has not at all.</summary>
    private static Entity Supplement(Entity entity, Entity added)
    {
        var known = entity.Attributes.Select(attribute => attribute.Name).ToHashSet();
        return entity with
        {
            Attributes =
            [
                .. entity.Attributes,
                .. added.Attributes.Where(attribute => !known.Contains(attribute.Name)).Select(attribute => Limited(attribute, added.ExpiresAt)),
            ],
        };
    }

    /// <summary>What differs in the lives of whole Entities is said of each Attribute (4.5.5.2).</summary>
    private static Attribute Limited(Attribute attribute, Timestamp? end) =>
        end is null || attribute.ExpiresAt?.Value <= end.Value.Value ? attribute : attribute with { ExpiresAt = end };

    /// <summary>None where one version has none; else the one furthest in the future (4.5.5.3).</summary>
    private static Timestamp? Latest(List<Entity> versions)
    {
        var latest = versions[0].ExpiresAt;
        foreach (var version in versions)
        {
            if (version.ExpiresAt is not { } end) return null;
            if (end.Value > latest!.Value.Value) latest = end;
        }

        return latest;
    }

    private static Entity Unite(Entity one, Entity other)
    {
        if (ReferenceEquals(one, other)) return one;
        ImmutableArray<string> scopes = other.Scopes.IsEmpty ? one.Scopes : [.. one.Scopes.Union(other.Scopes)];
        return one with
        {
            Types = [.. one.Types.Union(other.Types)],
            Scopes = scopes,
            ScopeIsArray = one.ScopeIsArray || other.ScopeIsArray || scopes.Length > 1,
            CreatedAt = Earlier(one.CreatedAt, other.CreatedAt),
            ModifiedAt = other.ModifiedAt > one.ModifiedAt ? other.ModifiedAt : one.ModifiedAt,
        };
    }

    // Not every source tells system attributes.
    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) =>
        other != default && (one == default || other < one) ? other : one;
}
