using System.Numerics;
using System.Runtime.CompilerServices;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>Goes through the candidates of a plan in the order of creation, or against it, and verifies each.</summary>
internal abstract class CandidateWalk(EntitySpace space, EntityQuery query, long nowTicks)
{
    private readonly EntityMatcher _matcher = space.Matcher(query, nowTicks);

    protected EntitySpace Space => space;

    protected EntityQuery Query => query;

    /// <summary>A match; false once nothing more is wanted.</summary>
    protected abstract bool Take(int ordinal, PackedEntity entity);

    /// <summary>Whether the candidates of a chunk, which are matches, need not be looked at one by one.</summary>
    protected virtual bool Passes(ReadOnlySpan<ulong> matches) => false;

    /// <param name="plan">Finds the candidates.</param>
    /// <param name="from">The first ordinal of interest.</param>
    /// <param name="bound">The first one behind those of interest.</param>
    protected void Forwards(QueryPlan plan, int from, int bound)
    {
        if (plan.Ordinals is { } ordinals)
        {
            WalkForwards(ordinals, from, bound);
            return;
        }

        // Where the candidates are the answer, passing over some and counting the rest needs only their number.
        var exact = plan.IsExact && space.Expiry.First > nowTicks;
        Span<ulong> words = stackalloc ulong[Chunks.Words];
        Span<ulong> scratch = stackalloc ulong[Chunks.Words];
        bound = Math.Min(bound, space.End);
        for (var chunk = Chunks.Of(from); chunk << Chunks.Shift < bound; chunk++)
        {
            if (space.Chunk(chunk) is not { } entities) continue;
            plan.Candidates(chunk, words, scratch);
            KeepBetween(words, from - (chunk << Chunks.Shift), bound - (chunk << Chunks.Shift));
            if (exact && Passes(words)) continue;
            for (var i = 0; i < words.Length; i++)
            {
                for (var word = words[i]; word != 0; word &= word - 1)
                {
                    var place = i * 64 + BitOperations.TrailingZeroCount(word);
                    if (!Try((chunk << Chunks.Shift) + place, Volatile.Read(ref entities[place]))) return;
                }
            }
        }
    }

    /// <param name="plan">Finds the candidates.</param>
    /// <param name="bound">The ordinal behind the first one that is looked at.</param>
    protected void Backwards(QueryPlan plan, int bound)
    {
        if (plan.Ordinals is { } ordinals)
        {
            WalkBackwards(ordinals, bound);
            return;
        }

        Span<ulong> words = stackalloc ulong[Chunks.Words];
        Span<ulong> scratch = stackalloc ulong[Chunks.Words];
        bound = Math.Min(bound, space.End);
        for (var chunk = Chunks.Of(bound - 1); chunk >= 0; chunk--)
        {
            if (space.Chunk(chunk) is not { } entities) continue;
            plan.Candidates(chunk, words, scratch);
            KeepBetween(words, 0, bound - (chunk << Chunks.Shift));
            for (var i = words.Length - 1; i >= 0; i--)
            {
                for (var word = words[i]; word != 0;)
                {
                    var bit = BitOperations.Log2(word);
                    word &= ~(1UL << bit);
                    var place = i * 64 + bit;
                    if (!Try((chunk << Chunks.Shift) + place, Volatile.Read(ref entities[place]))) return;
                }
            }
        }
    }

    private void WalkForwards(List<int> ordinals, int from, int bound)
    {
        var last = -1;
        foreach (var ordinal in ordinals)
        {
            if (ordinal >= bound) return;
            if (ordinal >= from && ordinal != last && !Try(ordinal, space.At(ordinal))) return;
            last = ordinal;
        }
    }

    private void WalkBackwards(List<int> ordinals, int bound)
    {
        var last = -1;
        for (var i = ordinals.Count - 1; i >= 0; i--)
        {
            var ordinal = ordinals[i];
            if (ordinal < bound && ordinal != last && !Try(ordinal, space.At(ordinal))) return;
            last = ordinal;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Try(int ordinal, PackedEntity? stored) =>
        stored?.At(nowTicks) is not { } entity || !_matcher.Matches(entity) || Take(ordinal, entity);

    /// <summary>Clears the bits of places outside of a range, whose ends may lie outside of the chunk.</summary>
    private static void KeepBetween(Span<ulong> words, int from, int bound)
    {
        for (var i = 0; i < words.Length && i * 64 < from; i++) words[i] &= from - (i * 64) >= 64 ? 0 : ulong.MaxValue << from;
        for (var i = words.Length - 1; i >= 0 && (i + 1) * 64 > bound; i--)
            words[i] &= bound <= i * 64 ? 0 : ulong.MaxValue >> (64 - (bound - (i * 64)));
    }
}
