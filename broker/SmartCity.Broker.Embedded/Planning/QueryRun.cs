using System.Collections.Immutable;
using System.Numerics;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>A page in the order of creation.</summary>
internal sealed class QueryRun : CandidateWalk
{
    private readonly PageRequest _page;
    private readonly long _nowTicks;
    private readonly ImmutableArray<PackedEntity>.Builder _found;
    private int _first = -1;
    private int _last = -1;
    private long _matches;
    private bool _hasMore;

    public QueryRun(EntitySpace space, EntityQuery query, PageRequest page, long nowTicks)
        : base(space, query, nowTicks)
    {
        // A place in the order says more than a number of Entities to pass over does, and the rest is counted without it.
        _page = page.At is null ? page : page with { Offset = 0, Count = false };
        _nowTicks = nowTicks;
        _found = ImmutableArray.CreateBuilder<PackedEntity>(Math.Min(page.Limit, 64));
        Counts = page.Count;
    }

    private bool Counts { get; }

    public EntityPage Run()
    {
        var end = Space.End;
        var plan = QueryPlan.Of(Space, Query, _page);
        if (_page.At is not { } at)
        {
            Forwards(plan, 0, end);
            return Page(end, Counts ? _matches : null);
        }

        long? total = Counts ? new QueryRun(Space, Query, new(0, 0, true), _nowTicks).Run().Total : null;
        if (at.Backwards) Backwards(plan, Ordinal(at.Position));
        else Forwards(plan, Ordinal(at.Position + 1), Ordinal(at.Bound));
        if (at.Backwards) _found.Reverse();
        if (at.Backwards) (_first, _last) = (_last, _first);
        return Page(at.Bound, total);
    }

    protected override bool Passes(ReadOnlySpan<ulong> matches)
    {
        var count = 0;
        foreach (var word in matches) count += BitOperations.PopCount(word);
        var pageIsFull = _matches >= (long)_page.Offset + _page.Limit;
        if (!pageIsFull && _matches + count > _page.Offset) return false;
        if (pageIsFull && count > 0) _hasMore = true;
        _matches += count;
        return true;
    }

    protected override bool Take(int ordinal, PackedEntity entity)
    {
        var position = _matches++;
        if (position < _page.Offset) return true;
        if (position < (long)_page.Offset + _page.Limit)
        {
            _found.Add(entity);
            if (_first < 0) _first = ordinal;
            _last = ordinal;
            return true;
        }

        _hasMore = true;
        return _page.Count;
    }

    private EntityPage Page(long bound, long? total) =>
        new(_found.DrainToImmutable(), _hasMore, total) { First = _first, Last = _last, Bound = bound };

    private static int Ordinal(long position) => (int)Math.Clamp(position, 0, int.MaxValue);
}
