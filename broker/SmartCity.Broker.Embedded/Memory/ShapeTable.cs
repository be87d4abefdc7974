using System.Runtime.InteropServices;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>The shapes in use. One writer.</summary>
internal sealed class ShapeTable
{
    private readonly Dictionary<int[], Shape> _shapes;
    private readonly Dictionary<int[], Shape>.AlternateLookup<ReadOnlySpan<int>> _byKey;
    private readonly List<int> _key = [];

    public ShapeTable()
    {
        _shapes = new Dictionary<int[], Shape>(new Shape.Comparer());
        _byKey = _shapes.GetAlternateLookup<ReadOnlySpan<int>>();
    }

    /// <summary>The Entity's shape; the one that it had before is looked at first.</summary>
    public Shape Of(PackedEntity entity, Shape? before)
    {
        Shape.KeyOf(entity, _key);
        var key = CollectionsMarshal.AsSpan(_key);
        if (before is not null && key.SequenceEqual(before.Key)) return before;
        if (_byKey.TryGetValue(key, out var known)) return known;
        var shape = new Shape(key.ToArray());
        lock (_shapes) _shapes.Add(shape.Key, shape);
        return shape;
    }

    public void Leave(Shape shape)
    {
        if (--shape.Count > 0) return;
        lock (_shapes) _shapes.Remove(shape.Key);
    }

    /// <summary>From any thread.</summary>
    public Shape[] Snapshot()
    {
        lock (_shapes) return [.. _shapes.Values];
    }
}
