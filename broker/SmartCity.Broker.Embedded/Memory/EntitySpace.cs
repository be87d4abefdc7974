using System.Collections.Concurrent;
using System.Text;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// The current Entities of one tenant, by ordinal of creation, and the indexes over them. One writer; reads take no lock that a
/// write could hold for long, and never wait for a disk.
/// </summary>
internal sealed class EntitySpace
{
    private readonly ChunkedArray<PackedEntity?> _slots = new();
    private readonly ChunkedArray<Shape?> _shapeOf = new();
    private readonly ShapeTable _shapes = new();
    private readonly IdIndex _ids;
    private readonly ConcurrentDictionary<int, OrdinalSet> _types = new();
    private readonly ConcurrentDictionary<int, OrdinalSet> _attributes = new();
    private readonly Dictionary<int, int> _liveInChunk = [];
    private int _end;

    public EntitySpace(int number, string name, int valueIndexes)
    {
        Number = number;
        Name = name;
        _ids = new IdIndex(_slots);
        Values = new ValueIndexes(this, valueIndexes);
    }

    /// <summary>The tenant in the database file.</summary>
    public int Number { get; }

    public string Name { get; }

    /// <summary>Every Entity.</summary>
    public OrdinalSet All { get; } = new();

    /// <summary>What is transient (ETSI GS CIM 009 4.22).</summary>
    public ExpiryIndex Expiry { get; } = new();

    public ScopeIndex Scopes { get; } = new();

    public ValueIndexes Values { get; }

    public DirtyBlocks Dirty { get; } = new();

    /// <summary>The first ordinal that no Entity has had yet.</summary>
    public int End => Volatile.Read(ref _end);

    public PackedEntity? Find(string id)
    {
        Span<byte> buffer = stackalloc byte[512];
        if (id.Length * 3 > buffer.Length) buffer = new byte[Encoding.UTF8.GetMaxByteCount(id.Length)];
        return _ids.Find(buffer[..Encoding.UTF8.GetBytes(id, buffer)], out _);
    }

    /// <summary>The Entity as it is to be seen at a time; null where there is none, or where it has expired.</summary>
    public PackedEntity? Find(string id, long nowTicks) => Find(id)?.At(nowTicks);

    /// <summary>Decides on a query, and follows links of Entities to others that are here (ETSI GS CIM 009 4.9).</summary>
    public EntityMatcher Matcher(EntityQuery query, long nowTicks) => new(query, id => Find(id, nowTicks));

    public PackedEntity? Find(ReadOnlySpan<byte> id, out int ordinal) => _ids.Find(id, out ordinal);

    public PackedEntity? At(int ordinal)
    {
        var chunk = _slots.Chunk(Chunks.Of(ordinal));
        return chunk is null ? null : Volatile.Read(ref chunk[ordinal & Chunks.Mask]);
    }

    /// <summary>The Entities of a chunk, to be read one by one; null where there are none.</summary>
    public PackedEntity?[]? Chunk(int chunk) => _slots.Chunk(chunk);

    public OrdinalSet? OfType(Name type) => _types.GetValueOrDefault(type.Id);

    public OrdinalSet? WithAttribute(Name attribute) => _attributes.GetValueOrDefault(attribute.Id);

    public Shape[] Shapes() => _shapes.Snapshot();

    /// <summary>Puts an Entity where its id is, or at the end. Writer only.</summary>
    public void Put(PackedEntity entity)
    {
        var before = _ids.Find(entity.IdUtf8, out var ordinal);
        if (before is null) ordinal = _end;
        PutAt(ordinal, before, entity);
        Dirty.Mark(ordinal);
    }

    /// <summary>Puts an Entity where its block in the file says that it stood. Writer only.</summary>
    public void Restore(int ordinal, PackedEntity entity)
    {
        // Deleted and made again between the writing of two blocks: the later place is the right one, and the other block,
        // which is thereby dirty, must lose it before the log that tells of the deletion goes.
        if (_ids.Find(entity.IdUtf8, out var other) is not null && other != ordinal) RemoveAt(other);
        PutAt(ordinal, At(ordinal), entity);
    }

    /// <summary>Writer only.</summary>
    public void Remove(ReadOnlySpan<byte> id)
    {
        if (_ids.Find(id, out var ordinal) is not null) RemoveAt(ordinal);
    }

    private void PutAt(int ordinal, PackedEntity? before, PackedEntity entity)
    {
        var chunk = Chunks.Of(ordinal);
        var place = ordinal & Chunks.Mask;
        Volatile.Write(ref _slots.Grow(chunk, null)[place], entity);
        ref var shape = ref _shapeOf.Grow(chunk, null)[place];
        var next = _shapes.Of(entity, shape);
        if (!ReferenceEquals(next, shape))
        {
            next.Count++;
            Move(ordinal, shape, next);
            if (shape is not null) _shapes.Leave(shape);
            shape = next;
        }

        if (before is null)
        {
            if (ordinal >= _end) Volatile.Write(ref _end, ordinal + 1);
            _liveInChunk[chunk] = _liveInChunk.GetValueOrDefault(chunk) + 1;
            _ids.Add(entity.IdUtf8, ordinal);
            All.Add(ordinal);
        }

        Expiry.Set(ordinal, entity.NextExpiryTicks);
        Scopes.Move(ordinal, before, entity);
        Values.Replace(ordinal, before, entity);
    }

    private void RemoveAt(int ordinal)
    {
        var chunk = Chunks.Of(ordinal);
        var place = ordinal & Chunks.Mask;
        ref var slot = ref _slots.Grow(chunk, null)[place];
        var before = slot!;
        Volatile.Write(ref slot, null);
        _ids.Remove(before.IdUtf8, ordinal);
        All.Remove(ordinal);
        Expiry.Set(ordinal, long.MaxValue);
        ref var shape = ref _shapeOf.Grow(chunk, null)[place];
        Move(ordinal, shape, null);
        _shapes.Leave(shape!);
        shape = null;
        Scopes.Move(ordinal, before, null);
        Values.Replace(ordinal, before, null);
        Dirty.Mark(ordinal);
        if (--_liveInChunk[chunk] > 0 || ordinal >= _end - Chunks.Size) return;
        // Nothing is ever added below the end again.
        _slots.Drop(chunk);
        _shapeOf.Drop(chunk);
        _liveInChunk.Remove(chunk);
    }

    private void Move(int ordinal, Shape? from, Shape? to)
    {
        var oldTypes = from is null ? [] : from.Types;
        var newTypes = to is null ? [] : to.Types;
        foreach (var type in oldTypes)
        {
            if (!newTypes.Contains(type)) _types[type].Remove(ordinal);
        }

        foreach (var type in newTypes)
        {
            if (!oldTypes.Contains(type)) _types.GetOrAdd(type, static _ => new()).Add(ordinal);
        }

        var oldNames = from is null ? [] : from.Attributes;
        var newNames = to is null ? [] : to.Attributes;
        for (var i = 0; i < oldNames.Length; i += 2)
        {
            if (!HasName(newNames, oldNames[i])) _attributes[oldNames[i]].Remove(ordinal);
        }

        for (var i = 0; i < newNames.Length; i += 2)
        {
            if (!HasName(oldNames, newNames[i])) _attributes.GetOrAdd(newNames[i], static _ => new()).Add(ordinal);
        }
    }

    private static bool HasName(ReadOnlySpan<int> attributes, int name)
    {
        for (var i = 0; i < attributes.Length; i += 2)
        {
            if (attributes[i] == name) return true;
        }

        return false;
    }
}
