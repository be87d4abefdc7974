using System.Diagnostics.CodeAnalysis;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// What many Entities have in common: their types, and the names and kinds of their Attributes. While an Entity keeps its shape,
/// no index over types and names need change.
/// </summary>
internal sealed class Shape(int[] key)
{
    private int _count;

    /// <summary>The number of types, the types, then name and kind of each Attribute.</summary>
    public int[] Key { get; } = key;

    /// <summary>Entities that have it.</summary>
    public int Count
    {
        get => Volatile.Read(ref _count);
        set => Volatile.Write(ref _count, value);
    }

    public ReadOnlySpan<int> Types => Key.AsSpan(1, Key[0]);

    /// <summary>Name, kind, name, kind ...</summary>
    public ReadOnlySpan<int> Attributes => Key.AsSpan(1 + Key[0]);

    /// <summary>Writes an Entity's key into a list.</summary>
    public static void KeyOf(PackedEntity entity, List<int> key)
    {
        key.Clear();
        key.Add(entity.TypeCount);
        for (var i = 0; i < entity.TypeCount; i++) key.Add(entity.TypeAt(i).Id);
        var start = key.Count;
        foreach (var attribute in entity.Attributes)
        {
            var (name, kind) = (attribute.Name.Id, (int)attribute.Kind);
            // Instances of one name stand side by side.
            if (key.Count > start && key[^2] == name && key[^1] == kind) continue;
            key.Add(name);
            key.Add(kind);
        }
    }

    /// <summary>Compares keys, also while they are still being put together.</summary>
    public sealed class Comparer : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] int[] key) => GetHashCode(key.AsSpan());

        public bool Equals(ReadOnlySpan<int> alternate, int[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<int> alternate)
        {
            var hash = new HashCode();
            foreach (var number in alternate) hash.Add(number);
            return hash.ToHashCode();
        }

        public int[] Create(ReadOnlySpan<int> alternate) => alternate.ToArray();
    }
}
