using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation.Reading;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Temporal;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>
/// What one source is asked of a temporal request, and what of its answer counts: no more than it is registered for (ETSI GS CIM 009
/// 4.3.6.1). Filters are not forwarded, since they hold of evolutions that are put together (5.7.4.4).
/// </summary>
internal sealed class EvolutionShare
{
    private readonly ContextSourceRegistration _registration;
    private readonly ImmutableArray<RegistrationInfo> _information;

    private EvolutionShare(MatchedSource matched, ImmutableArray<EntitySelector> selectors, ImmutableArray<string> attributes)
    {
        Source = matched.Source;
        _registration = matched.Registration;
        _information = matched.Information;
        Selectors = selectors;
        Attributes = attributes;
    }

    private EvolutionShare(EvolutionShare all, ImmutableArray<EntitySelector> selectors)
    {
        (Source, _registration, _information, Attributes) = (all.Source, all._registration, all._information, all.Attributes);
        Selectors = selectors;
    }

    public ContextSource Source { get; }

    public RegistrationMode Mode => _registration.Mode;

    /// <summary>One request each; of a retrieval, one that names the Entity.</summary>
    public ImmutableArray<EntitySelector> Selectors { get; }

    /// <summary>Expanded; empty for all.</summary>
    public ImmutableArray<string> Attributes { get; }

    /// <summary>Null where the source has nothing of what is asked for.</summary>
    public static EvolutionShare? Of(MatchedSource matched, string? id, TemporalRequest request, ImmutableArray<string> filtered)
    {
        var registered = matched.Information.Any(info => !info.HasAttributeNames)
            ? []
            : matched.Information.SelectMany(info => info.PropertyNames.Concat(info.RelationshipNames)).Distinct().ToImmutableArray();
        var wanted = request.Query.Scope is not null || request.Attributes.Contains(TemporalEntity.Scope) || request.Attributes.IsEmpty
            ? []
            : request.Attributes.Union(filtered).ToImmutableArray();
        var attributes = wanted.IsEmpty ? registered : registered.IsEmpty ? wanted : [.. wanted.Intersect(registered)];
        if (attributes.IsEmpty && !wanted.IsEmpty) return null;
        return new(matched, id is null ? Narrow(matched, request.Query.Selectors) : [new() { Ids = [id] }], attributes);
    }

    /// <summary>The same about Entities of which an EntityMap says that the source has a part; null where there are none.</summary>
    public EvolutionShare? Within(EntityMap map)
    {
        ImmutableArray<EntitySelector> selectors =
        [
            .. Selectors
                .Select(selector => selector with { Ids = selector.Ids.RemoveAll(id => !map.HasPart(id, Source.Id)) })
                .Where(selector => !selector.Ids.IsEmpty),
        ];
        return selectors.IsEmpty ? null : new(this, selectors);
    }

    /// <summary>Whether an Entity of this id may be registered, whatever its type.</summary>
    public bool Covers(string id) =>
        _information.Any(info => info.Entities.IsEmpty || info.Entities.Any(entity => entity.Covers(id)));

    /// <summary>The part of an evolution that the source is registered for; null where there is none.</summary>
    public TemporalEntity? Cut(TemporalEntity evolution)
    {
        var covering = _information.RemoveAll(info => !info.Entities.IsEmpty && !info.Entities.Any(entity => IsAbout(entity, evolution)));
        if (covering.IsEmpty) return null;
        return evolution with
        {
            Instances = evolution.Instances.RemoveAll(instance =>
                instance.Attribute.Name != TemporalEntity.Scope
                && (!covering.Any(info => info.Names(instance.Attribute.Name)) || !HasDataset(instance.Attribute.DatasetId))),
        };
    }

    private bool HasDataset(string? datasetId) =>
        _registration.DatasetIds.IsEmpty || _registration.DatasetIds.Contains(datasetId ?? "@none");

    private static bool IsAbout(EntityInfo entity, TemporalEntity evolution)
    {
        if (entity.Id is { } id ? id != evolution.Id : entity.IdPattern?.Matches(evolution.Id) == false) return false;
        return entity.Types.All(evolution.Types.Contains);
    }

    // A request that names no type names those of the registration: otherwise it might be too wide for the source.
    private static ImmutableArray<EntitySelector> Narrow(MatchedSource matched, ImmutableArray<EntitySelector> selectors)
    {
        if (matched.Information.Any(info => info.Entities.IsEmpty)) return selectors.IsEmpty ? [new()] : selectors;
        ImmutableArray<TypeSelection> types =
        [
            .. matched.Information.SelectMany(info => info.Entities).Select(entity => TypeSelection.AllOf(entity.Types)).Distinct(),
        ];
        var any = types.Length == 1 ? types[0] : new TypeOr(types);
        if (selectors.IsEmpty) return [new() { Type = any }];
        return [.. selectors.Select(selector => selector.Type is null ? selector with { Type = any } : selector)];
    }
}
