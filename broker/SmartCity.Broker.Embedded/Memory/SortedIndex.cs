using System.Runtime.InteropServices;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// Pairs of key and ordinal in order, in leaves of a few hundred. Adding what is there and removing what is not change nothing.
/// Safe for several threads: each call holds a lock for as long as it walks.
/// </summary>
internal sealed class SortedIndex
{
    private const int LeafSize = 256;

    private readonly Lock _lock = new();
    private readonly List<Leaf> _leaves = [new Leaf()];

    // The first key of each leaf, side by side: a search touches no leaf but the one that it finds.
    private readonly List<ulong> _first = [0];

    public void Add(ulong key, int ordinal)
    {
        lock (_lock)
        {
            var number = FindLeaf(key, ordinal);
            var leaf = _leaves[number];
            var at = leaf.Find(key, ordinal);
            if (at >= 0) return;
            if (leaf.Count == LeafSize)
            {
                // A leaf that grows at its end is left full: keys often come in order.
                var right = leaf.Split(~at == LeafSize ? LeafSize : LeafSize / 2);
                _leaves.Insert(number + 1, right);
                _first.Insert(number + 1, right.Count > 0 ? right.Keys[0] : key);
                if (~at >= leaf.Count) (leaf, number) = (right, number + 1);
                at = leaf.Find(key, ordinal);
            }

            leaf.Insert(~at, key, ordinal);
            if (~at == 0) _first[number] = key;
        }
    }

    public void Remove(ulong key, int ordinal)
    {
        lock (_lock)
        {
            var number = FindLeaf(key, ordinal);
            var leaf = _leaves[number];
            var at = leaf.Find(key, ordinal);
            if (at < 0) return;
            leaf.RemoveAt(at);
            if (leaf.Count > 0)
            {
                _first[number] = leaf.Keys[0];
            }
            else if (_leaves.Count > 1)
            {
                _leaves.RemoveAt(number);
                _first.RemoveAt(number);
            }
        }
    }

    /// <summary>About how many pairs have keys in the range: exact where they share a leaf or two.</summary>
    public long Estimate(KeyRange range)
    {
        if (range.Low > range.High) return 0;
        lock (_lock)
        {
            var first = FindLeaf(range.Low, 0);
            var last = FindLeaf(range.High, int.MaxValue);
            var start = _leaves[first].From(range.Low, 0);
            var end = _leaves[last].From(range.High, int.MaxValue);
            return first == last
                ? end - start
                : _leaves[first].Count - start + end + (long)(last - first - 1) * (LeafSize * 3 / 4);
        }
    }

    /// <summary>Adds ordinals of keys in the range, in no order, until the list holds a number of them.</summary>
    /// <returns>False where more were left out.</returns>
    public bool Collect<TFilter>(KeyRange range, in TFilter filter, List<int> ordinals, int max)
        where TFilter : struct, IKeyFilter
    {
        if (range.Low > range.High) return true;
        lock (_lock)
        {
            var number = FindLeaf(range.Low, 0);
            var at = _leaves[number].From(range.Low, 0);
            for (; number < _leaves.Count; number++, at = 0)
            {
                var leaf = _leaves[number];
                for (; at < leaf.Count; at++)
                {
                    var key = leaf.Keys[at];
                    if (key > range.High) return true;
                    if (!filter.Includes(key)) continue;
                    if (ordinals.Count >= max) return false;
                    ordinals.Add(leaf.Ordinals[at]);
                }
            }

            return true;
        }
    }

    /// <summary>The last leaf whose first pair is not behind the given one.</summary>
    private int FindLeaf(ulong key, int ordinal)
    {
        var first = CollectionsMarshal.AsSpan(_first);
        var (low, high) = (0, first.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            var ahead = first[middle] < key || (first[middle] == key && _leaves[middle].Ordinals[0] <= ordinal);
            if (ahead) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private sealed class Leaf
    {
        public ulong[] Keys { get; private set; } = new ulong[16];

        public int[] Ordinals { get; private set; } = new int[16];

        public int Count { get; private set; }

        /// <summary>Where the pair is, or the complement of where it would be.</summary>
        public int Find(ulong key, int ordinal)
        {
            var at = From(key, ordinal);
            return at < Count && Keys[at] == key && Ordinals[at] == ordinal ? at : ~at;
        }

        /// <summary>The first place whose pair is not before the given one.</summary>
        public int From(ulong key, int ordinal)
        {
            var (low, high) = (0, Count);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (Keys[middle] < key || (Keys[middle] == key && Ordinals[middle] < ordinal)) low = middle + 1;
                else high = middle;
            }

            return low;
        }

        public void Insert(int at, ulong key, int ordinal)
        {
            if (Count == Keys.Length)
            {
                Keys = [.. Keys, .. new ulong[Count]];
                Ordinals = [.. Ordinals, .. new int[Count]];
            }

            Array.Copy(Keys, at, Keys, at + 1, Count - at);
            Array.Copy(Ordinals, at, Ordinals, at + 1, Count - at);
            Keys[at] = key;
            Ordinals[at] = ordinal;
            Count++;
        }

        public void RemoveAt(int at)
        {
            Count--;
            Array.Copy(Keys, at + 1, Keys, at, Count - at);
            Array.Copy(Ordinals, at + 1, Ordinals, at, Count - at);
        }

        /// <summary>Moves the pairs from a place on into a new leaf.</summary>
        public Leaf Split(int at)
        {
            var right = new Leaf();
            if (at < Count)
            {
                right.Keys = new ulong[LeafSize];
                right.Ordinals = new int[LeafSize];
                right.Count = Count - at;
                Array.Copy(Keys, at, right.Keys, 0, right.Count);
                Array.Copy(Ordinals, at, right.Ordinals, 0, right.Count);
            }

            Count = at;
            return right;
        }
    }
}

/// <summary>Looks closer at a key of a range.</summary>
internal interface IKeyFilter
{
    bool Includes(ulong key);
}

internal readonly struct EveryKey : IKeyFilter
{
    public bool Includes(ulong key) => true;
}
