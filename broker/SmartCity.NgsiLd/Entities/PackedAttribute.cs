using System.Runtime.CompilerServices;

namespace SmartCity.NgsiLd.Entities;

/// <summary>One Attribute instance in place: every member is a slice of the Entity's bytes, found when it is asked for.</summary>
public readonly struct PackedAttribute
{
    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly int _parentTimes;

    internal PackedAttribute(byte[] bytes, int start, int parentTimes)
    {
        _bytes = bytes;
        _start = start;
        _parentTimes = parentTimes;
    }

    public Name Name => new(PackedLayout.Int(_bytes, _start + PackedLayout.NameAt));

    public AttributeKind Kind => (AttributeKind)_bytes[_start + PackedLayout.KindAt];

    /// <summary>
    /// UTF-8 JSON of the kind's value member: <c>value</c>, <c>object</c> (a string or an array of strings),
    /// <c>languageMap</c>, <c>vocab</c> (expanded), <c>valueList</c>, <c>objectList</c> (array of {"object": ...}), <c>json</c>.
    /// Without meaning in a Fragment.
    /// </summary>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            var at = ValueAt;
            return PackedLayout.Text(_bytes, ref at);
        }
    }

    /// <summary>Unescaped UTF-8; empty for the default instance.</summary>
    public ReadOnlySpan<byte> DatasetId => TextOf(AttributeFlags.HasDatasetId);

    /// <summary>The text as given; empty where there is none.</summary>
    public ReadOnlySpan<byte> ObservedAt => MomentOf(AttributeFlags.HasObservedAt);

    /// <summary>UTC ticks; <see cref="long.MinValue"/> where there is none.</summary>
    public long ObservedAtTicks =>
        Has(AttributeFlags.HasObservedAt) ? PackedLayout.Long(_bytes, Find(AttributeFlags.HasObservedAt)) : long.MinValue;

    /// <summary>The text as given; empty where there is none.</summary>
    public ReadOnlySpan<byte> ExpiresAt => MomentOf(AttributeFlags.HasExpiresAt);

    /// <summary>UTC ticks; <see cref="long.MaxValue"/> where the instance does not expire.</summary>
    public long ExpiresAtTicks =>
        Has(AttributeFlags.HasExpiresAt) ? PackedLayout.Long(_bytes, Find(AttributeFlags.HasExpiresAt)) : long.MaxValue;

    /// <summary>Unescaped UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> UnitCode => TextOf(AttributeFlags.HasUnitCode);

    /// <summary>The datatype of the value; null where there is none.</summary>
    public Name? ValueType =>
        Has(AttributeFlags.HasValueType) ? new(PackedLayout.Int(_bytes, Find(AttributeFlags.HasValueType))) : null;

    public int ObjectTypeCount
    {
        get
        {
            if (!Has(AttributeFlags.HasObjectTypes)) return 0;
            var at = Find(AttributeFlags.HasObjectTypes);
            return PackedLayout.Length(_bytes, ref at);
        }
    }

    /// <summary>UTC ticks.</summary>
    public long CreatedAtTicks => PackedLayout.Long(_bytes, Times);

    /// <summary>UTC ticks.</summary>
    public long ModifiedAtTicks => PackedLayout.Long(_bytes, Times + PackedLayout.InstantSize);

    /// <summary>The Attribute that was packed, with its times. Its values share the bytes of this one.</summary>
    public Attribute Unpack() => Unpacking.Unpack(this, _bytes);

    public PackedAttributes SubAttributes => Has(AttributeFlags.HasSubAttributes)
        ? new(_bytes, Find(AttributeFlags.HasSubAttributes), _start + PackedLayout.Int(_bytes, _start), Times)
        : default;

    /// <summary>Whether this is no instance at all, but the default of the struct.</summary>
    internal bool IsMissing => _bytes is null;

    /// <summary>Nothing but name, kind, value and system times.</summary>
    internal bool IsPlain => (Flags & (AttributeFlags.Optional | AttributeFlags.HasSubAttributes)) == 0;

    /// <summary>Bytes that it takes in its Entity.</summary>
    public int Size => PackedLayout.Int(_bytes, _start);

    /// <summary>Whether both are the very same bytes in memory.</summary>
    public bool IsSamePlace(in PackedAttribute other) => _bytes == other._bytes && _start == other._start;

    /// <summary>Whether it, or anything within it, expires.</summary>
    internal bool IsTransient
    {
        get
        {
            if (Has(AttributeFlags.HasExpiresAt)) return true;
            foreach (var sub in SubAttributes)
            {
                if (sub.IsTransient) return true;
            }

            return false;
        }
    }

    /// <summary>The value, the datasetId as it is laid out, and everything behind observedAt.</summary>
    internal void Split(out ReadOnlySpan<byte> value, out ReadOnlySpan<byte> dataset, out ReadOnlySpan<byte> rest)
    {
        var at = ValueAt;
        value = PackedLayout.Text(_bytes, ref at);
        var start = at;
        if (Has(AttributeFlags.HasDatasetId)) PackedLayout.Text(_bytes, ref at);
        dataset = _bytes.AsSpan(start, at - start);
        if (Has(AttributeFlags.HasObservedAt)) SkipMoment(ref at);
        rest = _bytes.AsSpan(at, _start + PackedLayout.Int(_bytes, _start) - at);
    }

    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start, PackedLayout.Int(_bytes, _start));

    internal AttributeFlags Flags => PackedLayout.Flags(_bytes, _start);

    private int Times => Has(AttributeFlags.OwnTimes) ? _start + PackedLayout.AttributeHeader : _parentTimes;

    private int ValueAt =>
        _start + PackedLayout.AttributeHeader + (Has(AttributeFlags.OwnTimes) ? PackedLayout.TimesSize : 0);

    public Name ObjectTypeAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)ObjectTypeCount, nameof(index));
        var at = Find(AttributeFlags.HasObjectTypes);
        PackedLayout.Length(_bytes, ref at);
        return new(PackedLayout.Int(_bytes, at + index * PackedLayout.NameSize));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Has(AttributeFlags flag) => (Flags & flag) != 0;

    private ReadOnlySpan<byte> TextOf(AttributeFlags member)
    {
        if (!Has(member)) return [];
        var at = Find(member);
        return PackedLayout.Text(_bytes, ref at);
    }

    private ReadOnlySpan<byte> MomentOf(AttributeFlags member)
    {
        if (!Has(member)) return [];
        var at = Find(member) + PackedLayout.InstantSize;
        return PackedLayout.Text(_bytes, ref at);
    }

    /// <summary>Where a member starts: members stand in the order of their flags.</summary>
    private int Find(AttributeFlags member)
    {
        var at = ValueAt;
        PackedLayout.Text(_bytes, ref at);
        var before = Flags & AttributeFlags.Optional & (member - 1);
        if (before == 0) return at;
        if ((before & AttributeFlags.HasDatasetId) != 0) PackedLayout.Text(_bytes, ref at);
        if ((before & AttributeFlags.HasObservedAt) != 0) SkipMoment(ref at);
        if ((before & AttributeFlags.HasExpiresAt) != 0) SkipMoment(ref at);
        if ((before & AttributeFlags.HasUnitCode) != 0) PackedLayout.Text(_bytes, ref at);
        if ((before & AttributeFlags.HasValueType) != 0) at += PackedLayout.NameSize;
        if ((before & AttributeFlags.HasObjectTypes) != 0)
        {
            var count = PackedLayout.Length(_bytes, ref at);
            at += count * PackedLayout.NameSize;
        }

        return at;
    }

    private void SkipMoment(ref int at)
    {
        at += PackedLayout.InstantSize;
        PackedLayout.Text(_bytes, ref at);
    }
}
