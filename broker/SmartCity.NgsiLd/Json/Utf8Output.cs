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

    /// <summary>With its quotes.</summary>
    private const int InstantLength = 29;

    private Span<byte> _span = writer.GetSpan(SmallestSpan);
    private int _at;
    private long _handedOver;
    private long _instant = -1;
    private InstantText _instantText;

    /// <summary>Bytes that were written so far.</summary>
    public readonly long Count => _handedOver + _at;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(scoped ReadOnlySpan<byte> bytes)
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

    /// <summary>The name of a member, as a JSON string, and the colon behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Name(ReadOnlySpan<byte> json)
    {
        if (json.Length + 1 > _span.Length - _at) Grow(json.Length + 1);
        json.CopyTo(_span[_at..]);
        _span[_at + json.Length] = (byte)':';
        _at += json.Length + 1;
    }

    /// <summary>A whole member whose value is an object with one more bracket to close.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Member(ReadOnlySpan<byte> name, ReadOnlySpan<byte> start, ReadOnlySpan<byte> value)
    {
        var length = name.Length + start.Length + value.Length + 3;
        if (length > _span.Length - _at) Grow(length);
        var target = _span.Slice(_at, length);
        name.CopyTo(target);
        target[name.Length] = (byte)':';
        target = target[(name.Length + 1)..];
        start.CopyTo(target);
        target = target[start.Length..];
        value.CopyTo(target);
        target[value.Length] = (byte)'}';
        target[value.Length + 1] = (byte)',';
        _at += length;
    }

    /// <summary>A JSON string of unescaped UTF-8.</summary>
    public void Quoted(scoped ReadOnlySpan<byte> text)
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
        // Most instants of an Entity are the same one.
        if (utcTicks != _instant) Format(utcTicks);
        Raw(((ReadOnlySpan<byte>)_instantText)[..InstantLength]);
    }

    /// <summary>A finite number, as short as reads back the same.</summary>
    public void Number(double number)
    {
        const int Longest = 32;
        if (Longest > _span.Length - _at) Grow(Longest);
        Utf8Formatter.TryFormat(number, _span[_at..], out var written);
        _at += written;
    }

    /// <summary>A DateTime as a JSON string, with as many decimals as it needs (ETSI GS CIM 009 4.6.3).</summary>
    public void DateTime(long utcTicks)
    {
        Span<byte> text = stackalloc byte[InstantLength];
        Utf8Formatter.TryFormat(new DateTime(utcTicks, DateTimeKind.Utc), text, out _, new StandardFormat('O'));
        Raw((byte)'"');
        // yyyy-MM-ddTHH:mm:ss is 19 long; then the point and up to six digits that say something.
        var digits = text[19..26].TrimEnd("0."u8);
        Raw(text[..(19 + digits.Length)]);
        Raw("Z\""u8);
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

    private void Escaped(scoped ReadOnlySpan<byte> text)
    {
        var most = text.Length * JsonEscaping.MaxExpansion + 2;
        if (most > _span.Length - _at) Grow(most);
        _span[_at++] = (byte)'"';
        _at += JsonEscaping.Escape(text, _span[_at..]);
        _span[_at++] = (byte)'"';
    }

    private void Format(long utcTicks)
    {
        Span<byte> text = _instantText;
        text[0] = (byte)'"';
        // The round-trip format is the fast one. It has a seventh digit, which makes room for the Z.
        Utf8Formatter.TryFormat(new DateTime(utcTicks, DateTimeKind.Utc), text[1..], out _, new StandardFormat('O'));
        text[InstantLength - 2] = (byte)'Z';
        text[InstantLength - 1] = (byte)'"';
        _instant = utcTicks;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        writer.Advance(_at);
        _handedOver += _at;
        _span = writer.GetSpan(Math.Max(count, SmallestSpan));
        _at = 0;
    }

    [InlineArray(32)]
    private struct InstantText
    {
        private byte _first;
    }
}
