using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd.Json;

namespace SmartCity.NgsiLd.Entities;

/// <summary>Writes <see cref="PackedLayout"/>.</summary>
internal ref struct Packing
{
    /// <summary>A buffer that one large Entity has grown is not kept.</summary>
    private const int MaxKept = 1 << 20;

    [ThreadStatic]
    private static byte[]? _kept;

    private byte[] _buffer;
    private int _at;
    private bool _isTransient;

    public static byte[] Pack(Entity entity)
    {
        var packing = new Packing { _buffer = _kept ?? new byte[4096] };
        // Not to be found by a packing within this one, nor after an exception.
        _kept = null;
        packing.Write(entity);
        var bytes = packing._buffer.AsSpan(0, packing._at).ToArray();
        if (packing._buffer.Length <= MaxKept) _kept = packing._buffer;
        return bytes;
    }

    private void Write(Entity entity)
    {
        var flags = (entity.ScopeIsArray ? EntityFlags.ScopeIsArray : 0)
            | (entity.Scopes.IsEmpty ? 0 : EntityFlags.HasScopes)
            | (entity.ExpiresAt is null ? 0 : EntityFlags.HasExpiresAt);
        Byte(PackedLayout.Version);
        Byte((byte)flags);
        Int(entity.Types.Length);
        Long(entity.CreatedAt.UtcTicks);
        Long(entity.ModifiedAt.UtcTicks);
        Int(0);
        foreach (var type in entity.Types) Int(Names.Intern(type).Id);
        Text(entity.Id);
        if (!entity.Scopes.IsEmpty)
        {
            Length(entity.Scopes.Length);
            foreach (var scope in entity.Scopes) Text(scope);
        }

        if (entity.ExpiresAt is { } expiresAt) Moment(expiresAt);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(PackedLayout.AttributesAt), _at);
        Attributes(entity.Attributes, entity.CreatedAt.UtcTicks, entity.ModifiedAt.UtcTicks, 1);
        if (_isTransient) _buffer[PackedLayout.EntityFlagsAt] |= (byte)EntityFlags.HasTransientAttributes;
    }

    private void Attributes(ImmutableArray<Attribute> attributes, long createdAt, long modifiedAt, int depth)
    {
        if (attributes.IsEmpty) return;
        if (depth > PackedLayout.MaxDepth)
        {
            throw new ArgumentException($"Sub-attributes nest deeper than {PackedLayout.MaxDepth}.", nameof(attributes));
        }

        foreach (var attribute in attributes) Write(attribute, createdAt, modifiedAt, depth);
    }

    private void Write(Attribute attribute, long parentCreatedAt, long parentModifiedAt, int depth)
    {
        var start = _at;
        var createdAt = attribute.CreatedAt.UtcTicks;
        var modifiedAt = attribute.ModifiedAt.UtcTicks;
        var members = Members.Of(attribute);
        var flags = (createdAt == parentCreatedAt && modifiedAt == parentModifiedAt ? 0 : AttributeFlags.OwnTimes)
            | (attribute.DatasetId is null ? 0 : AttributeFlags.HasDatasetId)
            | (attribute.ObservedAt is null ? 0 : AttributeFlags.HasObservedAt)
            | (attribute.ExpiresAt is null ? 0 : AttributeFlags.HasExpiresAt)
            | (members.UnitCode is null ? 0 : AttributeFlags.HasUnitCode)
            | (attribute.ValueType is null ? 0 : AttributeFlags.HasValueType)
            | (members.ObjectTypes.IsDefaultOrEmpty ? 0 : AttributeFlags.HasObjectTypes)
            | (attribute.SubAttributes.IsEmpty ? 0 : AttributeFlags.HasSubAttributes)
            | (members.IsArray ? AttributeFlags.IsArray : 0);

        Int(0);
        Int(Names.Intern(attribute.Name).Id);
        Byte((byte)attribute.Kind);
        UShort((ushort)flags);
        if ((flags & AttributeFlags.OwnTimes) != 0)
        {
            Long(createdAt);
            Long(modifiedAt);
        }

        Value(attribute);
        if (attribute.DatasetId is { } datasetId) Text(datasetId);
        if (attribute.ObservedAt is { } observedAt) Moment(observedAt);
        if (attribute.ExpiresAt is { } expiresAt)
        {
            _isTransient = true;
            Moment(expiresAt);
        }

        if (members.UnitCode is { } unitCode) Text(unitCode);
        if (attribute.ValueType is { } valueType) Int(Names.Intern(valueType).Id);
        if ((flags & AttributeFlags.HasObjectTypes) != 0)
        {
            Length(members.ObjectTypes.Length);
            foreach (var type in members.ObjectTypes) Int(Names.Intern(type).Id);
        }

        Attributes(attribute.SubAttributes, createdAt, modifiedAt, depth + 1);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(start), _at - start);
    }

    private void Value(Attribute attribute)
    {
        switch (attribute)
        {
            case Property property: Json(property.Value); break;
            case GeoProperty geo: Json(geo.Value); break;
            case LanguageProperty language: Json(language.LanguageMap); break;
            case JsonProperty json: Json(json.Json); break;
            case ListProperty list: Json(list.ValueList); break;
            case Relationship relationship: Strings(relationship.Objects, relationship.IsArray); break;
            case VocabProperty vocab: Strings(vocab.Vocab, vocab.IsArray); break;
            case ListRelationship list: ObjectList(list.Objects); break;
            case AttributeFragment { TargetKind: { } kind }: Length(1); Byte((byte)('0' + (byte)kind)); break;
            default: Length(0); break;
        }
    }

    private void Strings(ImmutableArray<string> values, bool isArray)
    {
        var length = StartValue(out var at);
        if (!isArray && values.Length == 1)
        {
            Quoted(values[0]);
        }
        else
        {
            Byte((byte)'[');
            for (var i = 0; i < values.Length; i++)
            {
                if (i > 0) Byte((byte)',');
                Quoted(values[i]);
            }

            Byte((byte)']');
        }

        EndValue(length, at);
    }

    private void ObjectList(ImmutableArray<string> objects)
    {
        var length = StartValue(out var at);
        Byte((byte)'[');
        for (var i = 0; i < objects.Length; i++)
        {
            if (i > 0) Byte((byte)',');
            Raw("{\"object\":"u8);
            Quoted(objects[i]);
            Byte((byte)'}');
        }

        Byte((byte)']');
        EndValue(length, at);
    }

    /// <summary>Leaves room for the shortest length; a longer one moves the value when it is known.</summary>
    private int StartValue(out int at)
    {
        Byte(0);
        at = _at;
        return _at - 1;
    }

    private void EndValue(int lengthAt, int valueAt)
    {
        var length = _at - valueAt;
        if (length < 0x80)
        {
            _buffer[lengthAt] = (byte)length;
            return;
        }

        var extra = LengthSize(length) - 1;
        Reserve(extra);
        _buffer.AsSpan(valueAt, length).CopyTo(_buffer.AsSpan(valueAt + extra));
        _at = lengthAt;
        Length(length);
        _at += length;
    }

    private void Quoted(string text)
    {
        Byte((byte)'"');
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_at));
        if (JsonEscaping.FirstEscaped(_buffer.AsSpan(_at, length)) < 0)
        {
            _at += length;
        }
        else
        {
            var plain = _buffer.AsSpan(_at, length).ToArray();
            Reserve(length * JsonEscaping.MaxExpansion);
            _at += JsonEscaping.Escape(plain, _buffer.AsSpan(_at));
        }

        Byte((byte)'"');
    }

    private void Json(JsonValue value)
    {
        Length(value.Span.Length);
        Raw(value.Span);
    }

    private void Moment(Timestamp timestamp)
    {
        Long(timestamp.Value.UtcTicks);
        Text(timestamp.Text);
    }

    private void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Length(length);
        Reserve(length);
        _at += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_at));
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_at));
        _at += bytes.Length;
    }

    private void Length(int length)
    {
        Reserve(5);
        var rest = (uint)length;
        for (; rest >= 0x80; rest >>= 7) _buffer[_at++] = (byte)(rest | 0x80);
        _buffer[_at++] = (byte)rest;
    }

    private static int LengthSize(int length)
    {
        var size = 1;
        for (var rest = (uint)length; rest >= 0x80; rest >>= 7) size++;
        return size;
    }

    private void Byte(byte value)
    {
        Reserve(1);
        _buffer[_at++] = value;
    }

    private void UShort(ushort value)
    {
        Reserve(sizeof(ushort));
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_at), value);
        _at += sizeof(ushort);
    }

    private void Int(int value)
    {
        Reserve(sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_at), value);
        _at += sizeof(int);
    }

    private void Long(long value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_at), value);
        _at += sizeof(long);
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _at < count) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _at + count));
    }

    /// <summary>The members that only some kinds have.</summary>
    private readonly record struct Members(string? UnitCode, ImmutableArray<string> ObjectTypes, bool IsArray)
    {
        public static Members Of(Attribute attribute) => attribute switch
        {
            Property property => new(property.UnitCode, [], false),
            ListProperty list => new(list.UnitCode, [], false),
            Relationship relationship => new(null, relationship.ObjectTypes, relationship.IsArray),
            ListRelationship list => new(null, list.ObjectTypes, false),
            VocabProperty vocab => new(null, [], vocab.IsArray),
            AttributeFragment fragment => new(fragment.UnitCode, fragment.ObjectTypes, false),
            _ => new(null, [], false),
        };
    }
}
