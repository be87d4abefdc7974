using System.Buffers.Binary;
using System.Text;

namespace SmartCity.Broker.Embedded.Bytes;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Bytes that end too soon are <see cref="InvalidDataException"/>.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1)[0];

    public int Number()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            uint group = Byte();
            value |= (group & 0x7F) << shift;
            if (group < 0x80) break;
        }

        return (int)value;
    }

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public long Signed()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            ulong group = Byte();
            value |= (group & 0x7F) << shift;
            if (group < 0x80) break;
        }

        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public string Text() => Encoding.UTF8.GetString(Block());

    public ReadOnlySpan<byte> Block() => Take(Number());

    public ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)_rest.Length) throw new InvalidDataException("The bytes end too soon.");
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
