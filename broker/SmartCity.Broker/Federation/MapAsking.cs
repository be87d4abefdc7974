using System.Collections.Immutable;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation;

/// <summary>
/// Asks a source for what belongs to a unitary sequence of requests (ETSI GS CIM 009 5.5.14): with the EntityMap of its own that it has given,
/// or for one. Where that one is gone, or the source knows no EntityMaps, it is asked without.
/// </summary>
internal static class MapAsking
{
    private static readonly NgsiLdVersion KnowsEntityMaps = new(1, 8);

    /// <summary>
    /// Whether a source may have EntityMaps: an exclusive registration says of itself where everything is (4.3.6.7), and what complies with
    /// versions before 1.8 has never heard of them.
    /// </summary>
    public static bool MayMap(ContextSource source) =>
        source.Registration.Mode != RegistrationMode.Exclusive
        && !(Http.SourceEndpoint.Of(source).Version is { } version && version.CompareTo(KnowsEntityMaps) < 0);

    /// <param name="links">Those of the EntityMap in use; null where none is.</param>
    /// <param name="source">Who is asked.</param>
    /// <param name="ids">The Entities that are asked for; default for all that the query of the EntityMap finds.</param>
    /// <param name="ask">Asks it.</param>
    public static async ValueTask<SourceAnswer<T>> AskAsync<T>(
        LinkedMaps? links, ContextSource source, ImmutableArray<string> ids, Func<SourceMapUse, ValueTask<SourceAnswer<T>>> ask)
    {
        if (links is null || !MayMap(source)) return await ask(default).ConfigureAwait(false);
        var linked = links.Find(source.Id);
        if (linked?.IsAbout(ids) == true)
        {
            var answer = await ask(new(linked.Location)).ConfigureAwait(false);
            if (!IsUnknown(answer)) return Linked(links, source, ids, linked, answer);
            links.Remove(source.Id);
        }

        if (links.AreWanted || linked is not null)
        {
            var answer = await ask(new(null, IsWanted: true, links.Lifetime)).ConfigureAwait(false);
            if (!IsUnknown(answer) || answer.Outcome == SourceOutcome.NotFound) return Linked(links, source, ids, null, answer);
        }

        return await ask(default).ConfigureAwait(false);
    }

    // Whether it may be the EntityMap that the source does not know.
    private static bool IsUnknown<T>(in SourceAnswer<T> answer) =>
        answer.Outcome == SourceOutcome.NotFound || answer is { Outcome: SourceOutcome.Refused, Status: 400 or 405 or 410 or 422 or 501 };

    private static SourceAnswer<T> Linked<T>(
        LinkedMaps links, ContextSource source, ImmutableArray<string> ids, LinkedMap? sent, in SourceAnswer<T> answer)
    {
        if (answer.IsSuccess && LinkedMap.Of(answer.EntityMap, ids) is { } told && told.Id != sent?.Id) links.Put(source.Id, told);
        return answer;
    }
}
