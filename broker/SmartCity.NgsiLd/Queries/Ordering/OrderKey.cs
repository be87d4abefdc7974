using System.Buffers.Binary;

namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>
/// What an Entity counts for in an ordering: made once, compared often. The first bytes stand in a number, and are mostly all
/// that is looked at.
/// </summary>
public readonly struct OrderKey : IComparable<OrderKey>
{
    private readonly ulong _head;
    private readonly byte[]? _rest;

    internal OrderKey(ReadOnlySpan<byte> key)
    {
        Span<byte> head = stackalloc byte[sizeof(ulong)];
        head.Clear();
        key[..Math.Min(key.Length, head.Length)].CopyTo(head);
        _head = BinaryPrimitives.ReadUInt64BigEndian(head);
        _rest = key.Length > head.Length ? key[head.Length..].ToArray() : null;
    }

    public int CompareTo(OrderKey other) =>
        _head != other._head ? _head.CompareTo(other._head) : _rest.AsSpan().SequenceCompareTo(other._rest);
}
