using System.Collections.Immutable;
using SmartCity.Broker.Federation.Writing;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>What of an Entity a registration covers: no more is asked of its source, or taken from it (ETSI GS CIM 009 4.3.6.1).</summary>
internal static class CoveredParts
{
    /// <summary>Whether an id is one of those that are registered.</summary>
    public static bool Covers(this EntityInfo info, string id) =>
        info.Id is { } one ? one == id : info.IdPattern?.Matches(id) != false;

    public static bool Covers(this EntityInfo info, string id, ImmutableArray<string> types) =>
        info.Covers(id) && AreAmong(info.Types, types);

    public static bool Covers(this RegistrationInfo part, string id, ImmutableArray<string> types)
    {
        foreach (var info in part.Entities)
        {
            if (info.Covers(id, types)) return true;
        }

        return part.Entities.IsEmpty;
    }

    /// <summary>Whether an instance is one of those that are registered.</summary>
    public static bool CoversDataset(this ContextSourceRegistration registration, string? datasetId) =>
        registration.DatasetIds.IsEmpty || registration.DatasetIds.Contains(datasetId ?? "@none");

    /// <summary>The Attributes of an Entity that parts of a registration cover; default where the Entity is not covered at all.</summary>
    public static ImmutableArray<Attribute> Covered(
        this ContextSourceRegistration registration, ImmutableArray<RegistrationInfo> parts, Entity entity)
    {
        var covering = Covering(parts, entity);
        if (covering.IsEmpty || (!entity.Scopes.IsEmpty && !Coverage.InScope(registration, entity.Scopes))) return default;
        if (registration.HasWhole(covering, entity)) return entity.Attributes;
        return [.. entity.Attributes.Where(attribute =>
            registration.CoversDataset(attribute.DatasetId) && covering.Any(part => part.Names(attribute.Name)))];
    }

    /// <summary>Whether what is registered is the Entity itself, and not some Attributes or instances of it.</summary>
    public static bool HasWhole(this ContextSourceRegistration registration, ImmutableArray<RegistrationInfo> parts, Entity entity)
    {
        if (!registration.DatasetIds.IsEmpty) return false;
        foreach (var part in parts)
        {
            if (!part.HasAttributeNames && part.Covers(entity.Id, entity.Types)) return true;
        }

        return false;
    }

    private static ImmutableArray<RegistrationInfo> Covering(ImmutableArray<RegistrationInfo> parts, Entity entity)
    {
        var first = 0;
        while (first < parts.Length && parts[first].Covers(entity.Id, entity.Types)) first++;
        // Mostly all of them, of which there is one.
        return first == parts.Length ? parts : [.. parts[..first], .. parts[(first + 1)..].Where(part => part.Covers(entity.Id, entity.Types))];
    }

    private static bool AreAmong(ImmutableArray<string> types, ImmutableArray<string> all)
    {
        foreach (var type in types)
        {
            if (!all.Contains(type)) return false;
        }

        return true;
    }
}
