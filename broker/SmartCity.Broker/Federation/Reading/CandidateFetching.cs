using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>Asks the sources that have parts of Entities for just these.</summary>
/// <param name="call">The request.</param>
/// <param name="plan">Whom to ask for what.</param>
/// <param name="assembly">What counts of an answer.</param>
/// <param name="client">Asks.</param>
/// <param name="round">For how long.</param>
/// <param name="links">The EntityMaps of sources that they are to use; null for none.</param>
internal sealed class CandidateFetching(
    Call call, ForwardingPlan plan, EntityAssembly assembly, IContextSourceClient client, SourceRound round, LinkedMaps? links)
{
    /// <summary>Ids of one request.</summary>
    private const int Slice = SourcePages.SurePage;

    /// <summary>Entities that every source gives of itself.</summary>
    private const int Few = 10;

    /// <summary>Adds to each candidate what its sources have of it, and whether one of them did not say.</summary>
    public async ValueTask RunAsync(IReadOnlyCollection<Candidate> candidates)
    {
        var asking = plan.Sources.Select(source => AskAsync(source, candidates)).ToArray();
        foreach (var found in await Task.WhenAll(asking).ConfigureAwait(false))
        {
            foreach (var (candidate, part) in found) candidate.Parts.Add(part);
        }
    }

    private async Task<IEnumerable<(Candidate Candidate, EntityPart Part)>> AskAsync(PlannedSource source, IReadOnlyCollection<Candidate> candidates)
    {
        var id = source.Registration.Id;
        var slices = candidates.Where(candidate => candidate.Registrations.Contains(id)).Chunk(Slice);
        var found = await Task.WhenAll(slices.Select(slice => AskAsync(source, slice))).ConfigureAwait(false);
        return found.SelectMany(some => some);
    }

    private async Task<List<(Candidate Candidate, EntityPart Part)>> AskAsync(PlannedSource source, Candidate[] slice)
    {
        var byId = slice.ToDictionary(candidate => candidate.Id, StringComparer.Ordinal);
        var found = new List<(Candidate, EntityPart)>();
        ImmutableArray<string> ids = [.. byId.Keys];
        var pages = new SourcePages(call, source, client, round, links, ids);
        foreach (var query in source.QueriesOf(ids))
        {
            var outcome = await pages.ReadAsync(query, slice.Length > Few ? Slice : 0, Take, () => false).ConfigureAwait(false);
            if (outcome is SourceOutcome.Success or SourceOutcome.NotFound) continue;
            foreach (var candidate in slice) candidate.IsUncertain = true;
        }

        return found;

        void Take(Entity entity)
        {
            if (byId.TryGetValue(entity.Id, out var candidate) && assembly.Part(source, entity) is { } part) found.Add((candidate, part));
        }
    }
}
