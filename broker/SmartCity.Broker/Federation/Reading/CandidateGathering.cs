using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>
/// Asks all sources of a query for all that they have of it, page by page, in parallel (ETSI GS CIM 009 4.3.6.7). Entities are kept as
/// long as they are few; beyond, only which there are, to be asked for again page by page.
/// </summary>
internal sealed class CandidateGathering(
    Call call, ForwardingPlan plan, EntityAssembly assembly, IContextSourceClient client, SourceRound round, int most)
{
    /// <summary>Entities of all sources that are kept.</summary>
    private const int MostKept = 5000;

    private int _count;

    /// <summary>Whether the candidates have all their parts.</summary>
    public bool IsWhole => _count <= MostKept;

    /// <summary>In the order of the sources and of their answers; TooManyResults where there are more than the settings let.</summary>
    public async ValueTask<Result<List<Candidate>>> RunAsync()
    {
        var listings = await Task.WhenAll(plan.Sources.Select(ListAsync)).ConfigureAwait(false);
        if (_count > most)
        {
            return new NgsiLdError(
                NgsiLdErrorKind.TooManyResults, $"Context Sources have more than {most} Entities that the query may mean, which are not gathered");
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

    private async Task<List<(string Id, EntityPart? Part)>> ListAsync(PlannedSource source)
    {
        var listing = new List<(string, EntityPart?)>();
        var pages = new SourcePages(call, source, client, round);
        foreach (var query in source.Queries)
        {
            await pages.ReadAsync(query, Take, () => Volatile.Read(ref _count) > most).ConfigureAwait(false);
        }

        return listing;

        void Take(Entity entity)
        {
            var keep = Interlocked.Increment(ref _count) <= MostKept;
            if (assembly.Part(source, entity) is { } part) listing.Add((entity.Id, keep ? part : null));
        }
    }
}
