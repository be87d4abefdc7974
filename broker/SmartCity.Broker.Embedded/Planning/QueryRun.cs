using System.Collections.Immutable;
using System.Numerics;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>Walks the candidates in the order of creation, verifies each, and keeps those of the page.</summary>
internal sealed class QueryRun(EntitySpace space, EntityQuery query, PageRequest page, long nowTicks)
{
    private readonly EntityMatcher _matcher = new(query);
    private readonly ImmutableArray<PackedEntity>.Builder _found = ImmutableArray.CreateBuilder<PackedEntity>(Math.Min(page.Limit, 64));
    private long _matches;
    private bool _hasMore;

    public EntityPage Run()
    {
        var plan = QueryPlan.Of(space, query, page);
        if (plan.Ordinals is { } ordinals) Walk(ordinals);
        else Scan(plan);
        return new(_found.DrainToImmutable(), _hasMore, page.Count ? _matches : null);
    }

    private void Walk(List<int> ordinals)
    {
        var last = -1;
        foreach (var ordinal in ordinals)
        {
            if (ordinal != last && space.At(ordinal) is { } entity && !Take(entity)) return;
            last = ordinal;
        }
    }

    private void Scan(QueryPlan plan)
    {
        // Where the candidates are the answer, passing over some and counting the rest needs only their number.
        var exact = plan.IsExact && space.Transient.Count == 0;
        Span<ulong> words = stackalloc ulong[Chunks.Words];
        Span<ulong> scratch = stackalloc ulong[Chunks.Words];
        var end = space.End;
        for (var chunk = 0; chunk << Chunks.Shift < end; chunk++)
        {
            if (space.Chunk(chunk) is not { } entities) continue;
            plan.Candidates(chunk, words, scratch);
            if (exact && CanSkip(words)) continue;
            for (var i = 0; i < words.Length; i++)
            {
                for (var word = words[i]; word != 0; word &= word - 1)
                {
                    var entity = Volatile.Read(ref entities[i * 64 + BitOperations.TrailingZeroCount(word)]);
                    if (entity is not null && !Take(entity)) return;
                }
            }
        }
    }

    private bool CanSkip(ReadOnlySpan<ulong> words)
    {
        var count = 0;
        foreach (var word in words) count += BitOperations.PopCount(word);
        var pageIsFull = _matches >= (long)page.Offset + page.Limit;
        if (!pageIsFull && _matches + count > page.Offset) return false;
        if (pageIsFull && count > 0) _hasMore = true;
        _matches += count;
        return true;
    }

    /// <summary>False once nothing more is wanted.</summary>
    private bool Take(PackedEntity entity)
    {
        if (entity.ExpiresAtTicks <= nowTicks || !_matcher.Matches(entity)) return true;
        var position = _matches++;
        if (position < page.Offset) return true;
        if (position < (long)page.Offset + page.Limit)
        {
            _found.Add(entity);
            return true;
        }

        _hasMore = true;
        return page.Count;
    }
}
