using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// Reads one body (ETSI GS CIM 009 4.5). Every method stands at the first token of what it reads, leaves at the last, and
/// answers false where the body is refused; <see cref="Error"/> then says why.
/// </summary>
internal ref partial struct EntityParser
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly Context _context;
    private readonly EntityInput _input;
    private readonly bool _simplified;
    private readonly ParserBuffers _buffers;
    private JsonWalker _walker;
    private NgsiLdError? _error;

    // Bytes that were read a second time.
    private long _readAgain;

    // Then the Attribute is the document, which may have an @context of its own.
    private bool _isAttributeBody;

    // The value that is being read is that of a deleted instance.
    private bool _isDeletion;
    private bool _isTemporal;

    // Of the Attribute whose members were taken last: that is the outermost one, since those inside it come first.
    private Timestamp? _deletedAt;
    private string? _instanceId;

    public EntityParser(
        ReadOnlyMemory<byte> body, Context context, EntityInput input, EntityReaderOptions options, ParserBuffers buffers)
    {
        _body = body;
        _context = context;
        _input = input;
        _simplified = options.Simplified;
        _buffers = buffers;
        _walker = new JsonWalker(body.Span, options.MaxDepth, buffers.Names);
    }

    // An instance that says when it was deleted holds NGSI-LD Null (4.5.7).
    private readonly bool IsFragment => _input == EntityInput.Fragment || _isDeletion;

    private readonly bool IsReceived => _input == EntityInput.Received;

    private readonly NgsiLdError Error => _error ?? Refusal(_walker.ProblemAt, _walker.Problem!);

    public Result<Entity> ReadEntity()
    {
        string? id = null;
        ImmutableArray<string> types = [], scopes = [];
        var scopeIsArray = false;
        Timestamp? expiresAt = null;
        DateTimeOffset createdAt = default, modifiedAt = default;
        var seen = 0ul;
        List<Attribute> attributes = [];
        HashSet<string>? many = null;

        if (!Open()) return Error;
        while (ReadMember(ref seen, out var at, out var member, out var iri))
        {
            if (member == Member.Value && StandsForAttribute()) (member, iri) = (Member.Attribute, NamedValue);
            var sound = member switch
            {
                Member.Attribute => IsAllowed(at, iri) && IsNew(at, iri, attributes, ref many) && ReadAttribute(at, iri, attributes, true),
                Member.Id => ReadUri(out id),
                Member.Type => ReadTypes(out types),
                Member.Scope => ReadScopes(out scopes, out scopeIsArray),
                Member.ExpiresAt => ReadTime(out expiresAt),
                Member.CreatedAt when IsReceived => ReadSystemTime(out createdAt),
                Member.ModifiedAt when IsReceived => ReadSystemTime(out modifiedAt),
                Member.Context or Member.CreatedAt or Member.ModifiedAt or Member.DeletedAt => _walker.Walk(out _),
                _ => Fail(at, "is a member of Attributes, which no Attribute can be named by"),
            };
            if (!sound) return Error;
        }

        if (!Close()) return Error;
        if (_input is EntityInput.Entity or EntityInput.Received && id is null) return Refusal(0, "has no id");
        if (!IsFragment && types.IsEmpty) return Refusal(0, "has no type");
        return new Entity
        {
            Id = id ?? "",
            Types = types,
            Scopes = scopes,
            ScopeIsArray = scopeIsArray,
            ExpiresAt = expiresAt,
            CreatedAt = createdAt,
            ModifiedAt = modifiedAt,
            Attributes = [.. attributes],
        };
    }

    public Result<ImmutableArray<Attribute>> ReadAttributeBody(string name)
    {
        _isAttributeBody = true;
        if (!_walker.Read()) return Error;
        if (_walker.Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return Refusal(0, "is neither a JSON object nor an array of such");
        }

        List<Attribute> instances = [];
        if (!ReadAttribute(0, name, instances, true)) return Error;
        _walker.Read();
        return instances.ToImmutableArray();
    }

    private bool Open()
    {
        if (!_walker.Read()) return false;
        if (_walker.Token != JsonTokenType.StartObject) return Fail(0, "is not a JSON object");
        _walker.OpenObject();
        return true;
    }

    // The next member of the document, at its value; false behind the last one, and where something is wrong.
    private bool ReadMember(ref ulong seen, out int at, out Member member, out string iri)
    {
        (at, member, iri) = (0, Member.Attribute, "");
        if (!_walker.Read() || _walker.Token == JsonTokenType.EndObject) return false;
        at = _walker.Start;
        if (!ReadName(out member, out iri) || !_walker.Read()) return false;
        if (member != Member.Attribute && (seen & 1ul << (int)member) != 0) return Fail(at, "occurs twice");
        seen |= 1ul << (int)member;
        return true;
    }

    private bool Close()
    {
        if (_error is not null || _walker.Problem is not null) return false;
        // Text behind the object is no JSON: the reader throws.
        _walker.Read();
        return true;
    }

    // What the name stands for; an Attribute's comes expanded (5.5.7), and empty where NGSI-LD allows no such name: in a
    // value it may stand nevertheless.
    private bool ReadName(out Member member, out string iri)
    {
        member = Member.Attribute;
        iri = "";
        if (!_walker.ReadName(out var utf8)) return false;
        if (_buffers.KnownNames.TryFind(_context, utf8, out member, out iri)) return true;
        Understand(utf8, out member, out iri);
        _buffers.KnownNames.Keep(_context, utf8, member, iri);
        return true;
    }

    private readonly void Understand(ReadOnlySpan<byte> utf8, out Member member, out string iri)
    {
        iri = "";
        Span<char> buffer = stackalloc char[256];
        var term = utf8.Length <= buffer.Length
            ? buffer[..Encoding.UTF8.GetChars(utf8, buffer)]
            : Encoding.UTF8.GetString(utf8).AsSpan();
        member = Members.OfTerm(term);
        if (member != Member.Attribute || !TermName.IsNameOrIri(term)) return;
        iri = _context.Expand(term);
        member = Members.OfIri(iri);
        if (iri[0] == '@') iri = "";
    }

    // Attributes within Attributes whose type and value come last are read again on each level. That may not cost more
    // than the size of the body explains: else a body that is all nesting would take time by the square.
    private bool MayReadAgain(Slice slice)
    {
        const int Times = 8;
        _readAgain += slice.Length;
        return _readAgain <= Times * (long)_body.Length
            || Fail(slice.Start, "nests Attributes too deep for their type and value to come last");
    }

    private bool IsAllowed(int at, string iri) =>
        iri.Length > 0 || Fail(at, "is not a name that NGSI-LD allows (ETSI GS CIM 009 4.6.2)");

    // Two names may expand to one. Many Attributes are hashed, so that nobody can make this slow.
    private bool IsNew(int at, string iri, List<Attribute> attributes, ref HashSet<string>? many)
    {
        const int Few = 16;
        var isNew = true;
        if (attributes.Count > Few)
        {
            many ??= attributes.Select(attribute => attribute.Name).ToHashSet(StringComparer.Ordinal);
            isNew = many.Add(iri);
        }
        else
        {
            foreach (var attribute in attributes) isNew &= attribute.Name != iri;
        }

        return isNew || Fail(at, $"has the same expanded name as another member: {iri}");
    }

    private bool Fail(int at, string reason)
    {
        _error = Refusal(at, reason);
        return false;
    }

    private readonly NgsiLdError Refusal(int at, string reason) =>
        NgsiLdError.BadRequestData($"{JsonPlace.Of(_body.Span, at)} {reason}.");
}
