using System.Text;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// Walks a body token by token and refuses what NGSI-LD never allows: nesting without end, members that occur twice, text
/// that is no Unicode. Where it answers false, <see cref="Problem"/> says why; broken JSON is a JsonException.
/// </summary>
internal ref struct JsonWalker
{
    private readonly ReadOnlySpan<byte> _body;
    private readonly int _maxDepth;
    private readonly MemberNames _names;
    private Utf8JsonReader _reader;
    private int _origin;
    private int _nullAt;
    private int _nullUriAt;
    private int _contextAt;

    public JsonWalker(ReadOnlySpan<byte> body, int maxDepth, MemberNames names)
    {
        _body = body;
        _maxDepth = maxDepth;
        _names = names;
        _reader = Reader(body, maxDepth);
    }

    public string? Problem { get; private set; }

    /// <summary>Where in the body the problem is.</summary>
    public int ProblemAt { get; private set; }

    public readonly JsonTokenType Token => _reader.TokenType;

    /// <summary>Where the token begins in the body.</summary>
    public readonly int Start => (int)_reader.TokenStartIndex + _origin;

    private readonly int End => (int)_reader.BytesConsumed + _origin;

    /// <summary>Goes to the next token; false at the end of the body, too.</summary>
    public bool Read()
    {
        if (!_reader.Read()) return false;
        var opens = _reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        return !opens || _reader.CurrentDepth < _maxDepth || Fail(Start, $"nests deeper than {_maxDepth} levels");
    }

    /// <summary>Goes to a value that was walked before, to read it again. A copy of the walker remembers where it was.</summary>
    public void Enter(Slice slice)
    {
        _origin = slice.Start;
        _reader = Reader(_body.Slice(slice.Start, slice.Length), _maxDepth);
        _reader.Read();
    }

    public readonly void OpenObject() => _names.Open();

    public readonly void CloseObject() => _names.Close();

    /// <summary>Checks the name that the walker stands at, and gives it unescaped.</summary>
    public bool ReadName(out ReadOnlySpan<byte> name)
    {
        name = _reader.ValueSpan;
        byte[]? unescaped = null;
        if (_reader.ValueIsEscaped)
        {
            if (!CheckText()) return false;
            name = unescaped = Encoding.UTF8.GetBytes(_reader.GetString()!);
        }

        return _names.Add(_body, Start + 1, _reader.ValueSpan.Length, unescaped) || Fail(Start, "occurs twice");
    }

    /// <summary>Walks to the end of the value at whose first token it stands.</summary>
    public bool Walk(out Slice slice)
    {
        (_nullAt, _nullUriAt, _contextAt) = (-1, -1, -1);
        var (start, token) = (Start, Token);
        var sound = WalkValue();
        slice = new Slice(start, End - start, token) { NullAt = _nullAt, NullUriAt = _nullUriAt, ContextAt = _contextAt };
        return sound;
    }

    private bool WalkValue()
    {
        switch (Token)
        {
            case JsonTokenType.StartObject:
                return WalkObject();
            case JsonTokenType.StartArray:
                while (Read() && Token != JsonTokenType.EndArray)
                {
                    if (!WalkValue()) return false;
                }

                return Problem is null;
            case JsonTokenType.String:
                return CheckText();
            case JsonTokenType.Null:
                if (_nullAt < 0) _nullAt = Start;
                return true;
            default:
                return true;
        }
    }

    private bool WalkObject()
    {
        var (isJsonLiteral, nullInLiteral) = (false, -1);
        OpenObject();
        while (Read() && Token != JsonTokenType.EndObject)
        {
            var at = Start;
            if (!ReadName(out var name)) return false;
            var isValue = name.SequenceEqual("@value"u8);
            var isType = name.SequenceEqual("@type"u8);
            if (_contextAt < 0 && name.SequenceEqual("@context"u8)) _contextAt = at;
            var nullBefore = _nullAt;
            if (!Read() || !WalkValue()) return false;
            // Only now is a string known to be one that can be decoded.
            if (_nullUriAt < 0 && IsString(NgsiLdNull.Uri)) _nullUriAt = Start;
            isJsonLiteral |= isType && IsString("@json");
            if (isValue && nullBefore < 0) (nullInLiteral, _nullAt) = (_nullAt, -1);
        }

        if (Problem is not null) return false;
        CloseObject();
        // {"@type": "@json", "@value": null} is the one way to say null (ETSI GS CIM 009 4.5.0).
        if (!isJsonLiteral && _nullAt < 0) _nullAt = nullInLiteral;
        return true;
    }

    private readonly bool IsString(string text) => Token == JsonTokenType.String && _reader.ValueTextEquals(text);

    // Escapes can spell half a surrogate pair, which no UTF-8 text can hold.
    private bool CheckText()
    {
        if (!_reader.ValueIsEscaped) return true;
        var text = _reader.ValueSpan;
        var highBefore = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                if (highBefore) break;
                continue;
            }

            i++;
            var surrogate = text[i] == 'u' ? Surrogate(text[(i + 1)..]) : 0;
            if (highBefore != (surrogate == 'l')) return Fail(Start, "holds an unpaired surrogate");
            highBefore = surrogate == 'h';
            if (text[i] == 'u') i += 4;
        }

        return !highBefore || Fail(Start, "holds an unpaired surrogate");
    }

    // D800 - DBFF are the high halves, DC00 - DFFF the low ones.
    private static char Surrogate(ReadOnlySpan<byte> hex)
    {
        if ((hex[0] | 0x20) != 'd') return '\0';
        return (char)(hex[1] | 0x20) switch
        {
            '8' or '9' or 'a' or 'b' => 'h',
            'c' or 'd' or 'e' or 'f' => 'l',
            _ => '\0',
        };
    }

    private bool Fail(int at, string reason)
    {
        (Problem, ProblemAt) = (reason, at);
        return false;
    }

    // One level more than allowed, so that the limit is reported as what it is and not as broken JSON.
    private static Utf8JsonReader Reader(ReadOnlySpan<byte> json, int maxDepth) =>
        new(json, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
}
