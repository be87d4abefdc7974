using System.Numerics;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// The numbers and texts of one Attribute, twice: as a column by ordinal, which is scanned for conditions that many Entities
/// fulfil, and in order of value, for those that few do.
/// </summary>
internal sealed class ValueIndex(EntitySpace space, Name attribute) : EntityIndex(space, attribute)
{
    private readonly ChunkedArray<ulong> _column = new();
    private readonly List<IndexKey> _old = [];
    private readonly List<IndexKey> _now = [];

    public SortedIndex Sorted { get; } = new();

    /// <summary>Keeps in a chunk's bitmap only Entities that have a value in one of the ranges, or several values.</summary>
    public void Restrict(int chunk, ReadOnlySpan<KeyRange> ranges, Span<ulong> words)
    {
        if (_column.Chunk(chunk) is not { } column)
        {
            words.Clear();
            return;
        }

        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == 0) continue;
            var found = 0UL;
            var keys = column.AsSpan(i * 64, 64);
            foreach (var range in ranges) found |= Within(keys, range);
            words[i] &= found;
        }
    }

    protected override void Move(int ordinal, PackedEntity? before, PackedEntity? after)
    {
        CollectKeys(before, _old);
        CollectKeys(after, _now);
        foreach (var key in _now) Sorted.Add(ValueKey.Of(key), ordinal);
        Set(ordinal, _now.Count switch { 0 => ValueKey.None, 1 => ValueKey.Of(_now[0]), _ => ValueKey.Several });
        foreach (var key in _old)
        {
            if (!_now.Contains(key)) Sorted.Remove(ValueKey.Of(key), ordinal);
        }
    }

    private void Set(int ordinal, ulong key)
    {
        var chunk = Chunks.Of(ordinal);
        if (key == ValueKey.None && _column.Chunk(chunk) is null) return;
        Volatile.Write(ref _column.Grow(chunk, ValueKey.None)[ordinal & Chunks.Mask], key);
    }

    private void CollectKeys(PackedEntity? entity, List<IndexKey> keys)
    {
        keys.Clear();
        if (entity is null) return;
        foreach (var instance in entity.Attributes)
        {
            if (instance.Name != Attribute) continue;
            if (IndexKeys.TryNumber(instance, out var number)) keys.Add(new(false, number, 0));
            else IndexKeys.AddTo(keys, instance);
        }
    }

    private static ulong Within(ReadOnlySpan<ulong> keys, KeyRange range)
    {
        var found = 0UL;
        if (Vector.IsHardwareAccelerated)
        {
            var low = new Vector<ulong>(range.Low);
            var high = new Vector<ulong>(range.High);
            var several = new Vector<ulong>(ValueKey.Several);
            var step = Vector<ulong>.Count;
            for (var i = 0; i < keys.Length; i += step)
            {
                var some = new Vector<ulong>(keys.Slice(i, step));
                var hits = (Vector.GreaterThanOrEqual(some, low) & Vector.LessThanOrEqual(some, high)) | Vector.Equals(some, several);
                if (hits == Vector<ulong>.Zero) continue;
                for (var j = 0; j < step; j++) found |= (hits[j] & 1) << (i + j);
            }

            return found;
        }

        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[i];
            if ((key >= range.Low && key <= range.High) || key == ValueKey.Several) found |= 1UL << i;
        }

        return found;
    }
}
