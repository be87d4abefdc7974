using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace SmartCity.Broker.Embedded.Bytes;

/// <summary>
/// A buffer that is filled and used again. A number is in base 128, low groups first; texts and blocks are a number of bytes and
/// these bytes. <see cref="ByteReader"/> reads it.
/// </summary>
internal sealed class ByteWriter
{
    private const int KeptCapacity = 8 * 1024 * 1024;

    private ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public int Length => _bytes.WrittenCount;

    public void Clear()
    {
        // A buffer that one huge batch has stretched is not kept for good.
        if (_bytes.Capacity > KeptCapacity) _bytes = new(64 * 1024);
        else _bytes.ResetWrittenCount();
    }

    public void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    public void Number(int value)
    {
        var span = _bytes.GetSpan(5);
        var length = 0;
        var rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7) span[length++] = (byte)(rest | 0x80);
        span[length++] = (byte)rest;
        _bytes.Advance(length);
    }

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    /// <summary>Small magnitudes take few bytes, whatever their sign.</summary>
    public void Signed(long value)
    {
        var span = _bytes.GetSpan(10);
        var length = 0;
        var rest = (ulong)(value << 1 ^ value >> 63);
        for (; rest >= 0x80; rest >>= 7) span[length++] = (byte)(rest | 0x80);
        span[length++] = (byte)rest;
        _bytes.Advance(length);
    }

    /// <summary>Room for so many bytes, which count as written.</summary>
    public Span<byte> Take(int length)
    {
        var span = _bytes.GetSpan(Math.Max(1, length))[..length];
        span.Clear();
        _bytes.Advance(length);
        return span;
    }

    public void Text(string text)
    {
        var count = Encoding.UTF8.GetByteCount(text);
        Number(count);
        Encoding.UTF8.GetBytes(text, _bytes.GetSpan(Math.Max(1, count)));
        _bytes.Advance(count);
    }

    public void Block(ReadOnlySpan<byte> block)
    {
        Number(block.Length);
        _bytes.Write(block);
    }
}
