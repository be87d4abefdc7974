using System.Collections.Immutable;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Linking;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Entities;

/// <summary>
/// Linked Entity retrieval (ETSI GS CIM 009 4.5.23): gathers what the Entities of an answer link to, one question for each level.
/// </summary>
/// <param name="entities">Finds them.</param>
/// <param name="bounds">How much one answer may gather and show.</param>
public sealed class EntityLinking(IEntityOperations entities, LinkBounds bounds)
{
    /// <summary>Nothing where nothing is joined; TooManyResults where there is more than the limits let in.</summary>
    /// <param name="call">The request.</param>
    /// <param name="roots">The Entities of the answer itself.</param>
    /// <param name="shown">How they are shown, and what is joined.</param>
    /// <param name="cancellation">Stops the gathering.</param>
    public async ValueTask<Result<GatheredLinks>> GatherAsync(
        Call call, IReadOnlyList<PackedEntity> roots, Representation shown, CancellationToken cancellation)
    {
        if (shown.Join.Kind == JoinKind.None || roots.Count == 0) return default(GatheredLinks);
        await SocketThread.Leave();
        var linked = new LinkedEntities(roots, shown, bounds);
        ImmutableArray<SourceWarning> warnings = [];
        while (linked.Next() is { Count: > 0 } ids)
        {
            var found = await entities.FindManyAsync(call, ids, cancellation).ConfigureAwait(false);
            if (!found.TryGet(out var some, out var error)) return error;
            if (linked.Add(some.Entities) is { } exceeded) return exceeded;
            warnings = warnings.AddRange(some.Warnings);
        }

        return new GatheredLinks(linked, warnings);
    }
}

/// <param name="Linked">Null where nothing is joined.</param>
/// <param name="Warnings">What there is to tell about sources; default where nothing is joined.</param>
public readonly record struct GatheredLinks(LinkedEntities? Linked, ImmutableArray<SourceWarning> Warnings);
