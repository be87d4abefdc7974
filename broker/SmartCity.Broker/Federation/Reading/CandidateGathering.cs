using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Asks all sources of a query for all that they have of it, page by page, in parallel (ETSI GS CIM 009 4.3.6.7). Entities are kept as
/// long as the settings let; beyond, only which there are, to be asked for again page by page.
/// </summary>
/// <param name="call">The request.</param>
/// <param name="plan">Whom to ask for what.</param>
/// <param name="assembly">What counts of an answer.</param>
/// <param name="client">Asks.</param>
/// <param name="round">For how long.</param>
/// <param name="links">Takes the EntityMaps of sources; null where none are wanted.</param>
/// <param name="settings">How many ids there may be, and how many bytes of Entities.</param>
internal sealed class CandidateGathering(
    Call call, ForwardingPlan plan, EntityAssembly assembly, IContextSourceClient client, SourceRound round, LinkedMaps? links,
    FederationSettings settings)
{
    /// <summary>Entities of all sources that are kept as they are; further ones are packed, which takes some time.</summary>
    private const int MostUnpacked = 1000;

    /// <summary>About what one of them takes.</summary>
    private const int UnpackedBytes = 4096;

    private int _count;
    private int _isMapped;
    private long _bytes;

    /// <summary>Whether the candidates have all their parts.</summary>
    public bool IsWhole => Interlocked.Read(ref _bytes) <= settings.GatheredBytes && Volatile.Read(ref _isMapped) == 0;

    /// <summary>In the order of the sources and of their answers; TooManyResults where there are more than the settings let.</summary>
    /// <param name="asMaps">Whether only ids are wanted: sources that offer EntityMaps tell no more (5.14.4).</param>
    public async ValueTask<Result<List<Candidate>>> RunAsync(bool asMaps = false)
    {
        var listings = await Task.WhenAll(plan.Sources.Select(source => ListAsync(source, asMaps))).ConfigureAwait(false);
        if (_count > settings.Candidates)
        {
            return new NgsiLdError(
                NgsiLdErrorKind.TooManyResults,
                $"Context Sources have more than {settings.Candidates} Entities that the query may mean, which are not gathered");
        }

        var byId = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        var candidates = new List<Candidate>();
        for (var i = 0; i < listings.Length; i++)
        {
            var registration = plan.Sources[i].Registration.Id;
            foreach (var (id, part) in listings[i])
            {
                if (!byId.TryGetValue(id, out var candidate))
                {
                    byId.Add(id, candidate = new(id));
                    candidates.Add(candidate);
                }

                if (!candidate.Registrations.Contains(registration)) candidate.Registrations = candidate.Registrations.Add(registration);
                if (part is { } known && IsWhole) candidate.Parts.Add(known);
            }
        }

        return candidates;
    }

    private async Task<List<(string Id, EntityPart? Part)>> ListAsync(PlannedSource source, bool asMaps)
    {
        if (asMaps && await MapAsync(source).ConfigureAwait(false) is { } mapped) return mapped;
        var listing = new List<(string, EntityPart?)>();
        var pages = new SourcePages(call, source, client, round, source.Queries.Length == 1 ? links : null);
        foreach (var query in source.Queries)
        {
            await pages.ReadAsync(query, 0, Take, () => Volatile.Read(ref _count) > settings.Candidates).ConfigureAwait(false);
        }

        return listing;

        void Take(Entity entity)
        {
            var count = Interlocked.Increment(ref _count);
            if (assembly.Part(source, entity) is { } part) listing.Add((entity.Id, Kept(part, count)));
        }
    }

    /// <summary>What the source tells as an EntityMap; null where it offers none, or has none to give.</summary>
    private async Task<List<(string Id, EntityPart? Part)>?> MapAsync(PlannedSource source)
    {
        // Several requests would make several EntityMaps, of which one could be linked.
        if (links is null || source.Queries is not [var query] || !MapAsking.MayMap(source.Source)) return null;
        if (!source.Offers(ContextSourceOperations.CreateEntityMapQueryEntity)) return null;
        var selection = source.Selection with { Map = new(null, IsWanted: true, links.Lifetime) };
        var answer = await round.AskInTimeAsync(token => client.MapAsync(call, source.Source, query, selection, token)).ConfigureAwait(false);
        if (answer is not { IsSuccess: true, Value: { } map } || LinkedMap.Of(map.Location, default) is not { } link) return null;
        links.Put(source.Registration.Id, link);
        Interlocked.Exchange(ref _isMapped, 1);
        Interlocked.Add(ref _count, map.Ids.Length);
        return [.. map.Ids.Where(source.Covers).Select(id => (id, (EntityPart?)null))];
    }

    private EntityPart? Kept(EntityPart part, int count)
    {
        if (count > MostUnpacked) part = part.Pack();
        var bytes = part.Packed?.Bytes.Length ?? UnpackedBytes;
        return Interlocked.Add(ref _bytes, bytes) <= settings.GatheredBytes ? part : null;
    }
}
