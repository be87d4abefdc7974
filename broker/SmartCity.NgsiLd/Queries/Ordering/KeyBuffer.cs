using System.Buffers.Binary;

namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>
/// Writes values as bytes that compare, byte by byte, as the values do. Each value ends by itself, so that one may follow
/// another; from <see cref="Invert"/> on everything compares the other way round.
/// </summary>
internal sealed class KeyBuffer
{
    private byte[] _bytes = new byte[256];
    private byte[] _scratch = [];
    private int _length;

    public int Length => _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    public void Number(double value)
    {
        // Of IEEE 754 numbers the bits compare as the numbers do, once negative ones are turned over; -0 is 0.
        var bits = BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value);
        Whole(bits < 0 ? ~bits : bits ^ long.MinValue);
    }

    public void Ticks(long ticks) => Whole(ticks ^ long.MinValue);

    /// <summary>Any bytes, ended by a mark that is less than all that could follow.</summary>
    public void Text(ReadOnlySpan<byte> bytes)
    {
        var room = Room((bytes.Length * 2) + 2);
        var at = 0;
        foreach (var value in bytes)
        {
            room[at++] = value;
            if (value == 0) room[at++] = 1;
        }

        room[at++] = 0;
        room[at++] = 0;
        _length += at;
    }

    /// <summary>Turns over what was written from a place on.</summary>
    public void Invert(int from)
    {
        foreach (ref var value in _bytes.AsSpan(from, _length - from)) value = (byte)~value;
    }

    /// <summary>Bytes to work in, until the next call.</summary>
    public Span<byte> Scratch(int length)
    {
        if (_scratch.Length < length) _scratch = new byte[length];
        return _scratch;
    }

    private void Whole(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(Room(sizeof(long)), value);
        _length += sizeof(long);
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        return _bytes.AsSpan(_length);
    }
}
