using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>A page of given Entities, of which those that are gone or match no more are crossed out.</summary>
internal sealed class RankedRun(EntitySpace space, EntityQuery query, long[] positions, RankedRequest request, long nowTicks)
{
    private readonly EntityMatcher _matcher = space.Matcher(query, nowTicks);
    private readonly ImmutableArray<PackedEntity>.Builder _found = ImmutableArray.CreateBuilder<PackedEntity>(Math.Min(request.Limit, 64));

    public RankedPage Run()
    {
        var (first, last) = (-1, -1);
        var hasMore = false;
        var step = request.Backwards ? -1 : 1;
        for (var i = request.Start; i >= 0 && i < positions.Length; i += step)
        {
            if (Find(i) is not { } entity) continue;
            if (_found.Count == request.Limit)
            {
                hasMore = true;
                break;
            }

            _found.Add(entity);
            if (first < 0) first = i;
            last = i;
        }

        if (request.Backwards)
        {
            _found.Reverse();
            (first, last) = (last, first);
        }

        return new(_found.DrainToImmutable(), hasMore, first, last);
    }

    private PackedEntity? Find(int index)
    {
        var position = Volatile.Read(ref positions[index]);
        if (position < 0) return null;
        if (space.At((int)position)?.At(nowTicks) is { } entity && _matcher.Matches(entity)) return entity;
        Volatile.Write(ref positions[index], RankedRequest.CrossedOut);
        return null;
    }
}
