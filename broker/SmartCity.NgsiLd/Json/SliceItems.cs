using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>The elements of an array, or the values of an object's members, that has been walked and found sound.</summary>
internal ref struct SliceItems
{
    private readonly int _origin;
    private Utf8JsonReader _reader;

    public SliceItems(ReadOnlySpan<byte> body, Slice slice)
    {
        _origin = slice.Start;
        _reader = new Utf8JsonReader(body.Slice(slice.Start, slice.Length), new JsonReaderOptions { MaxDepth = int.MaxValue });
        _reader.Read();
    }

    public Slice Current { get; private set; }

    /// <summary>The member's name, as it is written, without quotes; empty in an array.</summary>
    public ReadOnlySpan<byte> RawName { get; private set; }

    public readonly SliceItems GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!_reader.Read() || _reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject) return false;
        if (_reader.TokenType == JsonTokenType.PropertyName)
        {
            RawName = _reader.ValueSpan;
            _reader.Read();
        }

        var (start, token) = ((int)_reader.TokenStartIndex, _reader.TokenType);
        _reader.Skip();
        Current = new Slice(_origin + start, (int)_reader.BytesConsumed - start, token);
        return true;
    }
}
