using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// JSON text appended by raw copies. Members and elements are written with a comma behind them; closing an object or array
/// puts the bracket over the last one.
/// </summary>
internal ref struct Utf8Output(IBufferWriter<byte> writer)
{
    private const int SmallestSpan = 256;

    private Span<byte> _span = writer.GetSpan(SmallestSpan);
    private int _at;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _span.Length - _at) Grow(bytes.Length);
        bytes.CopyTo(_span[_at..]);
        _at += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(byte value)
    {
        if (_at == _span.Length) Grow(1);
        _span[_at++] = value;
    }

    /// <summary>A JSON string of unescaped UTF-8.</summary>
    public void Quoted(ReadOnlySpan<byte> text)
    {
        var most = text.Length + 2;
        if (most > _span.Length - _at) Grow(most);
        if (JsonEscaping.FirstEscaped(text) >= 0)
        {
            Escaped(text);
            return;
        }

        _span[_at] = (byte)'"';
        text.CopyTo(_span[(_at + 1)..]);
        _span[_at + 1 + text.Length] = (byte)'"';
        _at += most;
    }

    /// <summary>A JSON string.</summary>
    public void Quoted(string text)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Quoted(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>An instant of the broker's own as a JSON string, in <see cref="Timestamp.SystemFormat"/>.</summary>
    public void Instant(long utcTicks)
    {
        const int RoundTrip = 28;
        if (RoundTrip + 2 > _span.Length - _at) Grow(RoundTrip + 2);
        var span = _span[_at..];
        span[0] = (byte)'"';
        // The round-trip format is the fast one. It has a seventh digit, which makes room for the Z.
        Utf8Formatter.TryFormat(new DateTime(utcTicks, DateTimeKind.Utc), span[1..], out _, new StandardFormat('O'));
        span[27] = (byte)'Z';
        span[28] = (byte)'"';
        _at += 29;
    }

    /// <summary>Ends an object whose members, if any, were each followed by a comma; a comma follows this one too.</summary>
    public void CloseObject() => Close((byte)'}');

    /// <summary>Ends an array whose elements, if any, were each followed by a comma; a comma follows this one too.</summary>
    public void CloseArray() => Close((byte)']');

    /// <summary>Ends an array as <see cref="CloseArray"/> does, with no comma behind it.</summary>
    public void EndArray()
    {
        CloseArray();
        _at--;
    }

    /// <summary>Takes back the comma behind the outermost value, and hands everything over.</summary>
    public readonly void Finish() => writer.Advance(_span[_at - 1] == (byte)',' ? _at - 1 : _at);

    private void Close(byte bracket)
    {
        // Whatever made the span grow was then written into it: the last byte is always here.
        if (_span[_at - 1] == (byte)',') _at--;
        if (_span.Length - _at < 2) Grow(2);
        _span[_at] = bracket;
        _span[_at + 1] = (byte)',';
        _at += 2;
    }

    private void Escaped(ReadOnlySpan<byte> text)
    {
        var most = text.Length * JsonEscaping.MaxExpansion + 2;
        if (most > _span.Length - _at) Grow(most);
        _span[_at++] = (byte)'"';
        _at += JsonEscaping.Escape(text, _span[_at..]);
        _span[_at++] = (byte)'"';
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        writer.Advance(_at);
        _span = writer.GetSpan(Math.Max(count, SmallestSpan));
        _at = 0;
    }
}
