using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation.Reading;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// Finds out which Entities a purge means where parts of one may be at several places (ETSI GS CIM 009 4.3.6.7, 5.6.21.4): a filter holds of
/// the Entity that is put together, as it does in a query.
/// </summary>
internal sealed class PurgeGathering(
    Call call, IEntityOperations own, IContextSourceClient client, FederationSettings settings, SourceRound round, long nowTicks)
{
    /// <summary>Entities of this broker that are looked up together.</summary>
    private const int Slice = 500;

    private int _count;

    /// <summary>Whether filters have to be applied to what is put together.</summary>
    public static bool IsNeeded(EntityQuery query, FederationSettings settings, RegistrationMatches matches)
    {
        if (query is { Q: null, Geo: null, Scope: null } || !(query.SplitEntities ?? settings.SplitEntities)) return false;
        // What one source has for itself is in one place.
        return matches.Sources is not [var only] || !HasAll(only);
    }

    /// <summary>TooManyResults where sources have more than the settings let.</summary>
    public async ValueTask<Result<PurgedEntities>> RunAsync(EntityQuery query, RegistrationMatches matches, CancellationToken cancellation)
    {
        var plan = ForwardingPlan.ForQuery(query, ShownAttributes.All, split: true, matches);
        var assembly = new EntityAssembly(plan, nowTicks);
        var names = QueriedNames.Of(query).ToHashSet();
        var listings = await Task.WhenAll(plan.Sources.Select(source => ListAsync(source, assembly, names)));
        if (_count > settings.Candidates)
        {
            return new NgsiLdError(
                NgsiLdErrorKind.TooManyResults, $"Context Sources have more than {settings.Candidates} Entities that the purge may mean, which are not gathered");
        }

        var found = new PurgedEntities();
        var candidates = new OrderedDictionary<string, Candidate>(StringComparer.Ordinal);
        for (var i = 0; i < listings.Length; i++)
        {
            var registration = plan.Sources[i].Registration.Id;
            if (listings[i].IsWhole) found.Answered(registration);
            foreach (var (id, part) in listings[i].Parts)
            {
                if (!candidates.TryGetValue(id, out var candidate)) candidates.Add(id, candidate = new(id));
                candidate.Parts.Add(part);
                if (!candidate.Registrations.Contains(registration)) candidate.Registrations = candidate.Registrations.Add(registration);
            }
        }

        var matcher = new EntityMatcher(query);
        foreach (var slice in candidates.Values.Chunk(Slice))
        {
            var here = await own.FindManyAsync(call, [.. slice.Select(static candidate => candidate.Id)], cancellation);
            var byId = here.IsSuccess ? here.Value.Entities.ToDictionary(static entity => entity.Id, StringComparer.Ordinal) : [];
            foreach (var candidate in slice)
            {
                var whole = assembly.Assemble(byId.GetValueOrDefault(candidate.Id), candidate.Parts);
                found.Add(candidate, whole is not null && matcher.Matches(whole) ? whole : null);
            }
        }

        return found;
    }

    private static bool HasAll(in MatchedSource match) =>
        match.Registration is { Mode: NgsiLd.Registrations.RegistrationMode.Redirect, DatasetIds.IsEmpty: true }
        && match.Information.All(static info => !info.HasAttributeNames);

    private async Task<(bool IsWhole, List<(string Id, EntityPart Part)> Parts)> ListAsync(
        PlannedSource source, EntityAssembly assembly, HashSet<string> names)
    {
        var isWhole = true;
        var parts = new List<(string, EntityPart)>();
        var pages = new SourcePages(call, source, client, round);
        foreach (var query in source.Queries)
        {
            var outcome = await pages.ReadAsync(query, 0, Take, () => Volatile.Read(ref _count) > settings.Candidates);
            isWhole &= outcome == SourceOutcome.Success;
        }

        return (isWhole, parts);

        void Take(Entity entity)
        {
            Interlocked.Increment(ref _count);
            if (assembly.Part(source, entity) is not { } part) return;
            // No more is kept of it than tells whether it is meant.
            var needed = part.Entity.Attributes.RemoveAll(attribute => !names.Contains(attribute.Name));
            parts.Add((entity.Id, new(part.Entity with { Attributes = needed }, part.IsAuxiliary)));
        }
    }
}
