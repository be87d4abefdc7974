using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>
/// Whether a source may have what is asked for (ETSI GS CIM 009 5.12, 5.10.2.4). Made once per query and used for many registrations. Safe to
/// share between threads.
/// </summary>
public sealed class RegistrationMatcher
{
    private readonly RegistrationQuery _query;
    private readonly PossiblePlaces? _places;
    private readonly string? _place;
    private readonly EntityMatcher? _filter;
    private readonly EntityMatcher? _scope;

    public RegistrationMatcher(RegistrationQuery query)
    {
        _query = query;
        if (query.Geo is { } geo) (_places, _place) = (new(geo), geo.Path.Names[0]);
        if (query.Csf is { } csf) _filter = new(new EntityQuery { Q = csf });
        if (query.Scope is { } scope) _scope = new(new EntityQuery { Scope = scope });
    }

    /// <summary>The parts of a registration that match; empty where it does not match.</summary>
    public ImmutableArray<RegistrationInfo> Match(RegistrationFacts facts)
    {
        var registration = facts.Registration;
        if (!SuitsTime(registration) || !SuitsDatasets(registration)) return [];
        var information = Information(registration, isPlaced: _query.NeedsPlace && facts.At(_place!).Any());
        return !information.IsEmpty && SuitsPlace(facts) && SuitsScope(facts) && _filter?.Matches(facts.AsEntity) != false
            ? information
            : [];
    }

    private ImmutableArray<RegistrationInfo> Information(ContextSourceRegistration registration, bool isPlaced)
    {
        var all = registration.Information;
        var first = 0;
        while (first < all.Length && Matches(all[first], isPlaced)) first++;
        // Mostly all of them, of which there is one.
        return first == all.Length ? all : [.. all[..first], .. all[(first + 1)..].Where(info => Matches(info, isPlaced))];
    }

    private bool Matches(RegistrationInfo info, bool isPlaced) => SuitsAttributes(info, isPlaced) && SuitsEntities(info);

    /// <summary>No names at all mean every Attribute, on either side.</summary>
    private bool SuitsAttributes(RegistrationInfo info, bool isPlaced)
    {
        if (!info.HasAttributeNames) return true;
        if (_query.AttributeNames.IsEmpty) return !_query.NeedsPlace || isPlaced || info.Names(_place!);
        foreach (var name in _query.AttributeNames)
        {
            if (info.Names(name)) return true;
        }

        return false;
    }

    private bool SuitsEntities(RegistrationInfo info)
    {
        if (_query.Selectors.IsEmpty || info.Entities.IsEmpty) return true;
        foreach (var selector in _query.Selectors)
        {
            foreach (var entity in info.Entities)
            {
                if (Matches(selector, entity)) return true;
            }
        }

        return false;
    }

    /// <summary>Whether there may be any Entity that both mean.</summary>
    public static bool Matches(EntitySelector selector, EntityInfo entity) =>
        selector.Type?.Selects(entity.Types) != false && SuitsId(selector, entity);

    private static bool SuitsId(EntitySelector selector, EntityInfo entity)
    {
        if (selector.Ids.IsEmpty && selector.IdPattern is null) return true;
        if (entity.Id is { } id) return selector.Ids.Contains(id) || selector.IdPattern?.Matches(id) == true;
        if (entity.IdPattern is not { } pattern) return true;
        // Whether some id fits two patterns, nobody can easily tell.
        if (selector.IdPattern is not null) return true;
        foreach (var asked in selector.Ids)
        {
            if (pattern.Matches(asked)) return true;
        }

        return false;
    }

    private bool SuitsDatasets(ContextSourceRegistration registration)
    {
        if (_query.DatasetIds.IsEmpty || registration.DatasetIds.IsEmpty) return true;
        foreach (var id in _query.DatasetIds)
        {
            if (registration.DatasetIds.Contains(id)) return true;
        }

        return false;
    }

    /// <summary>
    /// Both intervals include their ends (ETSI GS CIM 009 5.10.2.4). The clause asks for a timeAt within the interval for before and after, 5.2.9 for an
    /// overlap: the overlap decides, since what was observed in 2020 is before 2022, too.
    /// </summary>
    private bool SuitsTime(ContextSourceRegistration registration)
    {
        if (_query.Time is not { } time) return !registration.IsTemporal;
        var interval = time.IsManagement ? registration.ManagementInterval : registration.ObservationInterval;
        if (interval is null) return false;
        return (time.To is not { } to || interval.StartAt.Value <= to)
            && (time.From is not { } from || interval.EndAt is not { } end || end.Value >= from);
    }

    /// <summary>A source that does not say where its Entities are may have them anywhere.</summary>
    private bool SuitsPlace(RegistrationFacts facts)
    {
        if (_places is null) return true;
        var isSaid = false;
        foreach (var region in facts.At(_place!))
        {
            if (_places.MayHold(region)) return true;
            isSaid = true;
        }

        return !isSaid;
    }

    private bool SuitsScope(RegistrationFacts facts) =>
        _scope is null || facts.Registration.Scopes.IsEmpty || _scope.Matches(facts.AsEntity);
}
