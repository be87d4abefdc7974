using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SmartCity.NgsiLd.Entities;

/// <summary>One Attribute instance in place: every member is a slice of the Entity's bytes, found when it is asked for.</summary>
public readonly ref struct PackedAttribute
{
    private readonly long _parentCreatedAt;
    private readonly long _parentModifiedAt;

    internal PackedAttribute(ReadOnlySpan<byte> bytes, long parentCreatedAt, long parentModifiedAt)
    {
        Bytes = bytes;
        _parentCreatedAt = parentCreatedAt;
        _parentModifiedAt = parentModifiedAt;
    }

    public Name Name => new(PackedLayout.Int(Bytes, PackedLayout.NameAt));

    public AttributeKind Kind => (AttributeKind)Bytes[PackedLayout.KindAt];

    /// <summary>
    /// UTF-8 JSON of the kind's value member: <c>value</c>, <c>object</c> (a string or an array of strings),
    /// <c>languageMap</c>, <c>vocab</c> (expanded), <c>valueList</c>, <c>objectList</c> (array of {"object": ...}), <c>json</c>.
    /// Empty in a Fragment.
    /// </summary>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            var at = ValueAt;
            return PackedLayout.Text(Bytes, ref at);
        }
    }

    /// <summary>Unescaped UTF-8; empty for the default instance.</summary>
    public ReadOnlySpan<byte> DatasetId => TextOf(AttributeFlags.HasDatasetId);

    /// <summary>The text as given; empty where there is none.</summary>
    public ReadOnlySpan<byte> ObservedAt => MomentOf(AttributeFlags.HasObservedAt);

    /// <summary>UTC ticks; <see cref="long.MinValue"/> where there is none.</summary>
    public long ObservedAtTicks =>
        Has(AttributeFlags.HasObservedAt) ? PackedLayout.Long(Bytes, Find(AttributeFlags.HasObservedAt)) : long.MinValue;

    /// <summary>The text as given; empty where there is none.</summary>
    public ReadOnlySpan<byte> ExpiresAt => MomentOf(AttributeFlags.HasExpiresAt);

    /// <summary>UTC ticks; <see cref="long.MaxValue"/> where the instance does not expire.</summary>
    public long ExpiresAtTicks =>
        Has(AttributeFlags.HasExpiresAt) ? PackedLayout.Long(Bytes, Find(AttributeFlags.HasExpiresAt)) : long.MaxValue;

    /// <summary>Unescaped UTF-8; empty where there is none.</summary>
    public ReadOnlySpan<byte> UnitCode => TextOf(AttributeFlags.HasUnitCode);

    /// <summary>The datatype of the value; null where there is none.</summary>
    public Name? ValueType =>
        Has(AttributeFlags.HasValueType) ? new(PackedLayout.Int(Bytes, Find(AttributeFlags.HasValueType))) : null;

    public int ObjectTypeCount
    {
        get
        {
            if (!Has(AttributeFlags.HasObjectTypes)) return 0;
            var at = Find(AttributeFlags.HasObjectTypes);
            return PackedLayout.Length(Bytes, ref at);
        }
    }

    /// <summary>UTC ticks.</summary>
    public long CreatedAtTicks => Has(AttributeFlags.OwnCreatedAt)
        ? PackedLayout.Long(Bytes, PackedLayout.AttributeHeader)
        : _parentCreatedAt;

    /// <summary>UTC ticks.</summary>
    public long ModifiedAtTicks => Has(AttributeFlags.OwnModifiedAt)
        ? PackedLayout.Long(Bytes, ValueAt - PackedLayout.InstantSize)
        : _parentModifiedAt;

    public PackedAttributes SubAttributes => Has(AttributeFlags.HasSubAttributes)
        ? new(Bytes[Find(AttributeFlags.HasSubAttributes)..], CreatedAtTicks, ModifiedAtTicks)
        : default;

    /// <summary>Whether this is no instance at all, but the default of the struct.</summary>
    internal bool IsMissing => Bytes.IsEmpty;

    /// <summary>Nothing but name, kind, value and system times.</summary>
    internal bool IsPlain => (Flags & (AttributeFlags.Optional | AttributeFlags.HasSubAttributes)) == 0;

    internal ReadOnlySpan<byte> Bytes { get; }

    internal AttributeFlags Flags =>
        (AttributeFlags)BinaryPrimitives.ReadUInt16LittleEndian(Bytes[PackedLayout.AttributeFlagsAt..]);

    internal int ValueAt => PackedLayout.AttributeHeader + PackedLayout.InstantSize
        * BitOperations.PopCount((uint)(Flags & (AttributeFlags.OwnCreatedAt | AttributeFlags.OwnModifiedAt)));

    public Name ObjectTypeAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)ObjectTypeCount, nameof(index));
        var at = Find(AttributeFlags.HasObjectTypes);
        PackedLayout.Length(Bytes, ref at);
        return new(PackedLayout.Int(Bytes, at + index * PackedLayout.NameSize));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Has(AttributeFlags flag) => (Flags & flag) != 0;

    private ReadOnlySpan<byte> TextOf(AttributeFlags member)
    {
        if (!Has(member)) return [];
        var at = Find(member);
        return PackedLayout.Text(Bytes, ref at);
    }

    private ReadOnlySpan<byte> MomentOf(AttributeFlags member)
    {
        if (!Has(member)) return [];
        var at = Find(member) + PackedLayout.InstantSize;
        return PackedLayout.Text(Bytes, ref at);
    }

    /// <summary>Where a member starts: members stand in the order of their flags.</summary>
    private int Find(AttributeFlags member)
    {
        var at = ValueAt;
        PackedLayout.Text(Bytes, ref at);
        var before = Flags & AttributeFlags.Optional & (member - 1);
        if (before == 0) return at;
        if ((before & AttributeFlags.HasDatasetId) != 0) PackedLayout.Text(Bytes, ref at);
        if ((before & AttributeFlags.HasObservedAt) != 0) SkipMoment(ref at);
        if ((before & AttributeFlags.HasExpiresAt) != 0) SkipMoment(ref at);
        if ((before & AttributeFlags.HasUnitCode) != 0) PackedLayout.Text(Bytes, ref at);
        if ((before & AttributeFlags.HasValueType) != 0) at += PackedLayout.NameSize;
        if ((before & AttributeFlags.HasObjectTypes) != 0)
        {
            var count = PackedLayout.Length(Bytes, ref at);
            at += count * PackedLayout.NameSize;
        }

        return at;
    }

    private void SkipMoment(ref int at)
    {
        at += PackedLayout.InstantSize;
        PackedLayout.Text(Bytes, ref at);
    }
}
