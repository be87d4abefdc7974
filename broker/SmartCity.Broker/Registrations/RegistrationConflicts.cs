using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// Who is in the way of a proxied registration (ETSI GS CIM 009 5.9.2.4, 4.3.6.3): another one of the same data, or this broker's own Entities.
/// Registrations of temporal evolutions are in nobody's way but each other's.
/// </summary>
internal sealed class RegistrationConflicts(ContextRegistry registry, IEntityStore entities)
{
    /// <summary>Null where nobody is.</summary>
    public async ValueTask<NgsiLdError?> FindAsync(string tenant, ContextSourceRegistration registration, CancellationToken cancellation)
    {
        if (!IsProxied(registration)) return null;
        if (FindSource(tenant, registration) is { } source)
        {
            return Conflict($"the {Mode(source.Registration)} registration {source.Id} has the same Attributes of the same Entity");
        }

        if (!IsWithEntities(registration)) return null;
        var own = registration.Mode == RegistrationMode.Exclusive
            ? await FindAttributesAsync(tenant, registration, cancellation).ConfigureAwait(false)
            : await FindEntityAsync(tenant, registration, cancellation).ConfigureAwait(false);
        return own is null ? null : Conflict($"this broker has data of the registration itself: Entity {own}");
    }

    /// <summary>Whether this broker's own Entities may be in its way.</summary>
    public static bool IsWithEntities(ContextSourceRegistration registration) => IsProxied(registration) && !registration.IsTemporal;

    private ContextSource? FindSource(string tenant, ContextSourceRegistration registration)
    {
        if (registration.Mode == RegistrationMode.Exclusive)
        {
            var call = new Call { Tenant = tenant, Context = Context.Core };
            return Claims(registration)
                .SelectMany(claim => registry.Match(call, claim).Sources)
                .Where(match => match.Source.Id != registration.Id && IsProxied(match.Registration))
                .FirstOrDefault(match => Meets(registration, match.Information)).Source;
        }

        var facts = new RegistrationFacts(registration);
        return registry.Of(tenant).FirstOrDefault(source =>
            source.Registration.Mode == RegistrationMode.Exclusive
            && source.Id != registration.Id
            && registry.Find(tenant, source.Id) is not null
            && Claims(source.Registration).Any(claim => Meets(source.Registration, new RegistrationMatcher(claim).Match(facts))));
    }

    private static bool IsProxied(ContextSourceRegistration registration) =>
        registration.Mode is RegistrationMode.Exclusive or RegistrationMode.Redirect;

    /// <summary>
    /// Whether parts that match a claim are of its Entity. Where they name it, its type does not matter: an id is of one Entity. Otherwise they
    /// are of Entities of their type.
    /// </summary>
    private static bool Meets(ContextSourceRegistration exclusive, ImmutableArray<RegistrationInfo> matched)
    {
        var claimed = exclusive.Information.SelectMany(info => info.Entities).ToList();
        return matched.Any(info => info.Entities.IsEmpty || info.Entities.Any(there => claimed.Any(own => Meets(own, there))));
    }

    private static bool Meets(EntityInfo own, EntityInfo there) => there.Id == own.Id
        || RegistrationMatcher.Matches(new EntitySelector { Ids = [own.Id!], Type = AnyOf(own.Types) }, there);

    /// <summary>What an exclusive registration has for itself, as queries that would ask for it, whatever the type of its Entity.</summary>
    private static IEnumerable<RegistrationQuery> Claims(ContextSourceRegistration exclusive)
    {
        foreach (var info in exclusive.Information)
        {
            var claim = new RegistrationQuery
            {
                Selectors = [.. info.Entities.Select(entity => new EntitySelector { Ids = [entity.Id!] })],
                AttributeNames = [.. info.PropertyNames, .. info.RelationshipNames],
                DatasetIds = exclusive.DatasetIds,
            };
            if (!exclusive.IsTemporal) yield return claim;
            if (exclusive.ObservationInterval is { } observed) yield return claim with { Time = Time(observed, isManagement: false) };
            if (exclusive.ManagementInterval is { } managed) yield return claim with { Time = Time(managed, isManagement: true) };
        }
    }

    private static RegistrationTime Time(TimeInterval interval, bool isManagement) =>
        new(isManagement, interval.StartAt.Value, interval.EndAt?.Value);

    private async ValueTask<string?> FindAttributesAsync(
        string tenant, ContextSourceRegistration registration, CancellationToken cancellation)
    {
        foreach (var id in registration.Information.SelectMany(info => info.Entities).Select(entity => entity.Id!).Distinct())
        {
            if (await entities.FindAsync(tenant, id, cancellation).ConfigureAwait(false) is { } entity && Has(entity.Unpack(), registration)) return id;
        }

        return null;
    }

    private static bool Has(Entity entity, ContextSourceRegistration registration) => entity.Attributes.Any(attribute =>
        registration.Information.Any(info => info.Names(attribute.Name))
        && (registration.DatasetIds.IsEmpty || registration.DatasetIds.Contains(attribute.DatasetId ?? "@none")));

    private async ValueTask<string?> FindEntityAsync(string tenant, ContextSourceRegistration registration, CancellationToken cancellation)
    {
        foreach (var info in registration.Information)
        {
            var query = new EntityQuery
            {
                Selectors = [.. info.Entities.Select(Selector)],
                AttributeNames = [.. info.PropertyNames, .. info.RelationshipNames],
                DatasetIds = registration.DatasetIds,
            };
            var page = await entities.QueryAsync(tenant, query, new(0, 1, false), cancellation).ConfigureAwait(false);
            if (page.Entities is [var entity, ..]) return entity.Id;
        }

        return null;
    }

    private static EntitySelector Selector(EntityInfo info) => new()
    {
        Ids = info.Id is { } id ? [id] : [],
        IdPattern = info.Id is null ? info.IdPattern : null,
        Type = new TypeAnd([.. info.Types.Select(type => new TypeIs(type))]),
    };

    private static TypeSelection AnyOf(ImmutableArray<string> types) =>
        types is [var one] ? new TypeIs(one) : new TypeOr([.. types.Select(type => new TypeIs(type))]);

    private static string Mode(ContextSourceRegistration registration) =>
        registration.Mode == RegistrationMode.Exclusive ? "exclusive" : "redirect";

    private static NgsiLdError Conflict(string detail) => new(NgsiLdErrorKind.Conflict, detail);
}
