using System.Buffers.Binary;
using System.Text.Unicode;

namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// Checks that bytes are laid out as <see cref="PackedLayout"/> says, to the last length, so that walking them needs no checks;
/// and translates name numbers in place.
/// </summary>
internal ref struct PackedCheck(Span<byte> bytes, Func<int, Name>? names)
{
    private readonly Span<byte> _bytes = bytes;
    private readonly int _nameCount = Names.Count;
    private int _at;
    private bool _isTransient;

    /// <exception cref="InvalidDataException">The bytes are no packed Entity.</exception>
    public void Entity()
    {
        Require(_bytes.Length >= PackedLayout.TypesAt, "is too short");
        Require(_bytes[0] is PackedLayout.Version or PackedLayout.OldVersion, "has an unknown version");
        var flags = (EntityFlags)_bytes[PackedLayout.EntityFlagsAt];
        Require((flags & ~EntityFlags.All) == 0, "has unknown flags");
        _at = PackedLayout.EntityCreatedAt;
        Instant();
        Instant();
        _at = PackedLayout.TypesAt;
        TranslateNames(PackedLayout.Int(_bytes, PackedLayout.TypeCountAt), _bytes.Length);
        Text(_bytes.Length);
        if ((flags & EntityFlags.HasScopes) != 0)
        {
            for (var left = Length(_bytes.Length); left > 0; left--) Text(_bytes.Length);
        }

        if ((flags & EntityFlags.HasExpiresAt) != 0) Moment(_bytes.Length);
        Require(PackedLayout.Int(_bytes, PackedLayout.AttributesAt) == _at, "has a wrong position of its Attributes");
        Attributes(_bytes.Length, 1);
        if (_bytes[0] == PackedLayout.OldVersion) Renew(flags);
        else Require(!_isTransient || (flags & EntityFlags.HasTransientAttributes) != 0, "hides that it is transient");
    }

    private readonly void Renew(EntityFlags flags)
    {
        _bytes[0] = PackedLayout.Version;
        if (_isTransient) _bytes[PackedLayout.EntityFlagsAt] = (byte)(flags | EntityFlags.HasTransientAttributes);
    }

    private void Attributes(int end, int depth)
    {
        Require(depth <= PackedLayout.MaxDepth, "nests too deep");
        while (_at < end)
        {
            Require(end - _at >= PackedLayout.AttributeHeader, "has a truncated Attribute");
            var length = PackedLayout.Int(_bytes, _at);
            Require(length >= PackedLayout.AttributeHeader && length <= end - _at, "has a wrong Attribute length");
            Attribute(_at + length, depth);
        }
    }

    private void Attribute(int end, int depth)
    {
        Require(_bytes[_at + PackedLayout.KindAt] <= (byte)AttributeKind.JsonProperty, "has an unknown kind of Attribute");
        var flags = PackedLayout.Flags(_bytes, _at);
        Require((flags & ~AttributeFlags.All) == 0, "has unknown flags of an Attribute");
        TranslateName(_at + PackedLayout.NameAt);
        _at += PackedLayout.AttributeHeader;
        if ((flags & AttributeFlags.OwnTimes) != 0)
        {
            Instant(end);
            Instant(end);
        }

        Text(end);
        if ((flags & AttributeFlags.HasDatasetId) != 0) Text(end);
        if ((flags & AttributeFlags.HasObservedAt) != 0) Moment(end);
        if ((flags & AttributeFlags.HasExpiresAt) != 0)
        {
            _isTransient = true;
            Moment(end);
        }

        if ((flags & AttributeFlags.HasUnitCode) != 0) Text(end);
        if ((flags & AttributeFlags.HasValueType) != 0) TranslateNames(1, end);
        if ((flags & AttributeFlags.HasObjectTypes) != 0) TranslateNames(Length(end), end);
        if ((flags & AttributeFlags.HasSubAttributes) != 0) Attributes(end, depth + 1);
        Require(_at == end, "has a wrong Attribute length");
    }

    private void TranslateNames(int count, int end)
    {
        Require(count >= 0 && count <= (end - _at) / PackedLayout.NameSize, "has a wrong number of names");
        for (; count > 0; count--, _at += PackedLayout.NameSize) TranslateName(_at);
    }

    private readonly void TranslateName(int at)
    {
        var number = PackedLayout.Int(_bytes, at);
        if (names is null)
        {
            Require(number >= 0 && number < _nameCount, "has an unknown name");
            return;
        }

        BinaryPrimitives.WriteInt32LittleEndian(_bytes[at..], names(number).Id);
    }

    private void Moment(int end)
    {
        Instant(end);
        Text(end);
    }

    private void Instant(int end)
    {
        Require(end - _at >= PackedLayout.InstantSize, "is too short for a time");
        Instant();
    }

    private void Instant()
    {
        Require((ulong)PackedLayout.Long(_bytes, _at) <= (ulong)DateTime.MaxValue.Ticks, "has an impossible time");
        _at += PackedLayout.InstantSize;
    }

    private void Text(int end)
    {
        var length = Length(end);
        Require(length <= end - _at, "has a wrong length");
        Require(Utf8.IsValid(_bytes.Slice(_at, length)), "has text that is no UTF-8");
        _at += length;
    }

    private int Length(int end)
    {
        uint length = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            Require(_at < end, "is too short for a length");
            uint group = _bytes[_at++];
            Require(shift < 28 || group < 8, "has an impossible length");
            length |= (group & 0x7F) << shift;
            if (group < 0x80) break;
        }

        return (int)length;
    }

    private static void Require(bool holds, string failing)
    {
        if (!holds) throw new InvalidDataException($"A packed Entity {failing}.");
    }
}
