using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// Puts instances of a series together from what they have in common, their <em>shape</em>, and what differs: times, and the value.
/// The outcome is a <see cref="PackedEntity"/> whose Attributes are the instances, in the order in which they were added.
/// </summary>
public sealed class PackedInstances
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    /// <summary>Bytes written since the beginning.</summary>
    public int Length => _bytes.WrittenCount;

    /// <summary>The bytes of <see cref="ToEntity"/>, until the next change.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Forgets what was added.</summary>
    /// <param name="entityId">Unescaped; may be empty.</param>
    public void Begin(ReadOnlySpan<byte> entityId)
    {
        _bytes.ResetWrittenCount();
        var header = _bytes.GetSpan(PackedLayout.TypesAt)[..PackedLayout.TypesAt];
        header.Clear();
        header[0] = PackedLayout.Version;
        _bytes.Advance(PackedLayout.TypesAt);
        Text(entityId);
        var at = _bytes.WrittenCount;
        BinaryPrimitives.WriteInt32LittleEndian(IntAt(PackedLayout.AttributesAt), at);
    }

    /// <summary>Adds an instance without times, and without its value where that is a number to be kept elsewhere.</summary>
    public void AddShape(in PackedAttribute attribute, bool withValue)
    {
        attribute.Split(out var value, out var dataset, out var rest);
        var start = Header(attribute, attribute.Flags & ~(AttributeFlags.OwnTimes | AttributeFlags.HasObservedAt));
        Text(withValue ? value : []);
        _bytes.Write(dataset);
        _bytes.Write(rest);
        End(start);
    }

    /// <summary>Adds an instance that records a deletion (ETSI GS CIM 009 4.5.7): the NGSI-LD Null of the kind.</summary>
    public void AddDeletion(in PackedAttribute deleted)
    {
        deleted.Split(out _, out var dataset, out _);
        var start = Header(deleted, deleted.Flags & AttributeFlags.HasDatasetId);
        Text(deleted.Kind switch
        {
            AttributeKind.LanguageProperty => NgsiLdNull.LanguageMap,
            AttributeKind.ListProperty => "[\"urn:ngsi-ld:null\"]"u8,
            AttributeKind.ListRelationship => "[{\"object\":\"urn:ngsi-ld:null\"}]"u8,
            _ => NgsiLdNull.Json,
        });
        _bytes.Write(dataset);
        End(start);
    }

    /// <summary>Adds a Property that is nothing but a name and a value.</summary>
    /// <param name="name">Expanded.</param>
    /// <param name="value">JSON.</param>
    public void AddProperty(Name name, ReadOnlySpan<byte> value)
    {
        var start = _bytes.WrittenCount;
        var header = _bytes.GetSpan(PackedLayout.AttributeHeader)[..PackedLayout.AttributeHeader];
        header.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(header[PackedLayout.NameAt..], name.Id);
        header[PackedLayout.KindAt] = (byte)AttributeKind.Property;
        _bytes.Advance(PackedLayout.AttributeHeader);
        Text(value);
        End(start);
    }

    /// <summary>Adds an instance.</summary>
    /// <param name="shape">Its other members.</param>
    /// <param name="value">JSON; empty where the shape has it.</param>
    /// <param name="observedAt">UTC ticks; <see cref="long.MinValue"/> for none.</param>
    /// <param name="decimals">Of observedAt, see <see cref="MomentText"/>.</param>
    /// <param name="createdAt">UTC ticks.</param>
    /// <param name="modifiedAt">UTC ticks.</param>
    public void Add(
        in PackedAttribute shape, ReadOnlySpan<byte> value, long observedAt, int decimals, long createdAt, long modifiedAt)
    {
        shape.Split(out var own, out var dataset, out var rest);
        var isObserved = observedAt != long.MinValue;
        var flags = shape.Flags & ~AttributeFlags.HasObservedAt | AttributeFlags.OwnTimes | (isObserved ? AttributeFlags.HasObservedAt : 0);
        var start = Header(shape, flags);
        Long(createdAt);
        Long(modifiedAt);
        Text(value.IsEmpty ? own : value);
        _bytes.Write(dataset);
        if (isObserved)
        {
            Long(observedAt);
            Span<byte> text = stackalloc byte[MomentText.MaxLength];
            Text(text[..MomentText.Format(observedAt, decimals, text)]);
        }

        _bytes.Write(rest);
        End(start);
    }

    public PackedEntity ToEntity() => new(_bytes.WrittenSpan.ToArray());

    private int Header(in PackedAttribute attribute, AttributeFlags flags)
    {
        var start = _bytes.WrittenCount;
        var header = _bytes.GetSpan(PackedLayout.AttributeHeader)[..PackedLayout.AttributeHeader];
        attribute.Bytes[..PackedLayout.AttributeHeader].CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[PackedLayout.AttributeFlagsAt..], (ushort)flags);
        _bytes.Advance(PackedLayout.AttributeHeader);
        if (attribute.IsTransient) Bytes[PackedLayout.EntityFlagsAt] |= (byte)EntityFlags.HasTransientAttributes;
        return start;
    }

    private void End(int start) => BinaryPrimitives.WriteInt32LittleEndian(IntAt(start), _bytes.WrittenCount - start);

    private Span<byte> Bytes => MemoryMarshal.AsMemory(_bytes.WrittenMemory).Span;

    private Span<byte> IntAt(int at) => Bytes.Slice(at, sizeof(int));

    private void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    private void Text(ReadOnlySpan<byte> text)
    {
        var span = _bytes.GetSpan(5);
        var length = 0;
        var rest = (uint)text.Length;
        for (; rest >= 0x80; rest >>= 7) span[length++] = (byte)(rest | 0x80);
        span[length++] = (byte)rest;
        _bytes.Advance(length);
        _bytes.Write(text);
    }
}
