using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Which sources are asked for what to answer a request (ETSI GS CIM 009 4.3.6, 5.7.1.4, 5.7.2.4), decided before any of them is: each for
/// what it has registered and is wanted, and no more.
/// </summary>
internal sealed class ForwardingPlan
{
    /// <summary>The operations by which sources are asked for Entities.</summary>
    public const ContextSourceOperations Queries = ContextSourceOperations.QueryEntity | ContextSourceOperations.QueryBatch;

    private readonly ImmutableArray<Proxy> _proxies;

    private ForwardingPlan(ImmutableArray<PlannedSource> sources, RegistrationMatches matches, bool withTimes)
    {
        Sources = sources;
        // Of what two parties have, the newer counts (4.5.5.3).
        foreach (var source in sources) source.WithTimes = withTimes || sources.Length > 1;
        var proxies = ImmutableArray.CreateBuilder<Proxy>();
        foreach (var match in matches.Sources)
        {
            if (IsProxied(match.Registration)) proxies.Add(new(match.Registration, match.Information));
        }

        foreach (var source in matches.Loops)
        {
            if (IsProxied(source.Registration)) proxies.Add(new(source.Registration, source.Registration.Information));
        }

        _proxies = proxies.DrainToImmutable();
        Loops = matches.Loops;
    }

    /// <summary>Those to ask, in the order of their registrations.</summary>
    public ImmutableArray<PlannedSource> Sources { get; }

    /// <summary>Those that have what is nowhere else, and that the request has passed already.</summary>
    public ImmutableArray<ContextSource> Loops { get; }

    /// <summary>Whether something is registered to be elsewhere, and not here.</summary>
    public bool HasProxies => !_proxies.IsEmpty;

    public static bool IsProxied(ContextSourceRegistration registration) =>
        registration.Mode is RegistrationMode.Exclusive or RegistrationMode.Redirect;

    /// <summary>For one Entity (5.7.1).</summary>
    /// <param name="id">The Entity.</param>
    /// <param name="type">What else must hold of it; null for nothing.</param>
    /// <param name="shown">What of it is wanted.</param>
    /// <param name="matches">What is registered of it.</param>
    /// <param name="isHere">Whether this broker has a part of it.</param>
    public static ForwardingPlan ForEntity(string id, TypeSelection? type, ShownAttributes shown, RegistrationMatches matches, bool isHere)
    {
        ImmutableArray<EntitySelector> asked = [new() { Ids = [id], Type = type }];
        var sources = ImmutableArray.CreateBuilder<PlannedSource>();
        foreach (var match in matches.Sources)
        {
            if (!match.Offers(ContextSourceOperations.RetrieveEntity)) continue;
            if (SelectorReduction.Reduce(asked, match.Information) is not [var selector, ..]) continue;
            if (WantedNames.Of(match, shown.Names, shown.IsFilter) is not { } names) continue;
            var datasets = Datasets(match.Registration, shown.DatasetIds, names, shown.IsFilter);
            var isWhole = names.IsWhole && datasets.Length == match.Registration.DatasetIds.Length;
            // Of another type than is registered the answer is not taken; the client's condition is the source's, too.
            sources.Add(new(match, new(names.Names, datasets, type is null ? null : selector.Type), isWhole));
        }

        var meetsOwn = isHere && sources.Any(source => source.Mode == RegistrationMode.Inclusive);
        return new(sources.ToImmutable(), matches, !shown.HidesTimes || meetsOwn);
    }

    /// <summary>For the Entities that a query finds (5.7.2).</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="shown">What of them is wanted.</param>
    /// <param name="split">Whether parts of one Entity may be at several sources, so that filters are for the whole (4.3.6.7).</param>
    /// <param name="matches">What is registered of it.</param>
    /// <param name="operations">Of which a source has to offer one.</param>
    public static ForwardingPlan ForQuery(
        EntityQuery query, ShownAttributes shown, bool split, RegistrationMatches matches, ContextSourceOperations operations = Queries)
    {
        var wanted = split && !shown.Names.IsEmpty ? [.. shown.Names.Union(QueriedNames.Of(query))] : shown.Names;
        var sources = ImmutableArray.CreateBuilder<PlannedSource>();
        foreach (var match in matches.Sources)
        {
            if (!match.Offers(operations)) continue;
            var selectors = SelectorReduction.Reduce(query.Selectors, match.Information);
            if (selectors.IsDefault || WantedNames.Of(match, wanted, shown.IsFilter) is not { } names) continue;
            var datasets = Datasets(match.Registration, query.DatasetIds.IsEmpty ? shown.DatasetIds : query.DatasetIds, names, shown.IsFilter || !split);
            var filter = split ? [] : WantedNames.Of(match, query.AttributeNames, isFilter: true)?.Names ?? [];
            var reduced = (split ? Unfiltered(query) : query) with
            {
                Selectors = selectors,
                // A query that says neither type nor anything else is too wide for the source, too.
                AttributeNames = filter.IsEmpty && !selectors.Any(selector => selector.Type is not null) ? names.Names : filter,
                DatasetIds = datasets,
                Csf = null,
            };
            var isWhole = names.IsWhole && datasets.Length == match.Registration.DatasetIds.Length;
            sources.Add(new(match, new(names.Names, datasets, null), isWhole) { Queries = [.. PlannedSource.Divided(match, reduced)] });
        }

        return new(sources.ToImmutable(), matches, !shown.HidesTimes || (split && QueriedNames.AreTimes(query)));
    }

    /// <summary>A query without what can be said of whole Entities only.</summary>
    public static EntityQuery Unfiltered(EntityQuery query) =>
        query with { Q = null, Geo = null, Scope = null, AttributeNames = [] };

    /// <summary>
    /// What of an Entity may be taken from here and from inclusive sources: not what is registered to be elsewhere (4.3.6.3). Null where
    /// that is all of it.
    /// </summary>
    public Entity? WithoutProxied(Entity entity)
    {
        foreach (var proxy in _proxies)
        {
            var covered = proxy.Registration.Covered(proxy.Information, entity);
            if (covered.IsDefault) continue;
            if (proxy.Registration.HasWhole(proxy.Information, entity)) return null;
            if (!covered.IsEmpty) entity = entity with { Attributes = entity.Attributes.RemoveRange(covered, ReferenceEqualityComparer.Instance) };
        }

        return entity;
    }

    // Beside names of Attributes they would filter, too.
    private static ImmutableArray<string> Datasets(
        ContextSourceRegistration registration, ImmutableArray<string> wanted, WantedNames names, bool isFilter)
    {
        if (wanted.IsEmpty || !(isFilter || names.Names.IsEmpty || IsProxied(registration))) return registration.DatasetIds;
        return registration.DatasetIds.IsEmpty ? wanted : [.. wanted.Intersect(registration.DatasetIds)];
    }

    private sealed record Proxy(ContextSourceRegistration Registration, ImmutableArray<RegistrationInfo> Information);
}
