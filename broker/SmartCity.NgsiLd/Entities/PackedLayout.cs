using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// Where things stand in the bytes of a <see cref="PackedEntity"/>. All numbers are little-endian; a <em>length</em> is a
/// base-128 number, low groups first; <em>text</em> is a length and that many bytes of UTF-8; an <em>instant</em> is an i64
/// of UTC ticks (100 ns since 0001-01-01); a <em>moment</em> is an instant and the text that a client wrote for it; a
/// <em>name</em> is an i32 (<see cref="Name.Id"/>).
/// <code>
/// Entity     u8  version (2)
///            u8  EntityFlags
///            i32 number of types
///            instant createdAt
///            instant modifiedAt
///            i32 position of the first Attribute
///            name...          types
///            text             id, unescaped
///            length, text...  scopes                       where HasScopes
///            moment           expiresAt                    where HasExpiresAt
///            Attribute...     to the end
///
/// Attribute  i32 length of this instance, with this number
///            name
///            u8  AttributeKind
///            u16 AttributeFlags
///            instant createdAt    where OwnTimes; else both are those of the Entity or Attribute around it
///            instant modifiedAt   likewise
///            text    JSON of the value; in a Fragment its TargetKind, or nothing
///            text    datasetId                             where HasDatasetId
///            moment  observedAt                            where HasObservedAt
///            moment  expiresAt                             where HasExpiresAt
///            text    unitCode                              where HasUnitCode
///            name    valueType                             where HasValueType
///            length, name...  objectType                   where HasObjectTypes
///            Attribute...     sub-attributes, to the end
/// </code>
/// The bytes are persisted. A change of the layout is a new version, and the old one stays readable: version 1 knew no
/// HasTransientAttributes, which is found out when it is read.
/// </summary>
internal static class PackedLayout
{
    public const byte Version = 2;

    /// <summary>Laid out in the same way, but without one flag.</summary>
    public const byte OldVersion = 1;

    public const int EntityFlagsAt = 1;
    public const int TypeCountAt = 2;
    public const int EntityCreatedAt = 6;
    public const int EntityModifiedAt = 14;
    public const int AttributesAt = 22;
    public const int TypesAt = 26;

    public const int NameAt = 4;
    public const int KindAt = 8;
    public const int AttributeFlagsAt = 9;
    public const int AttributeHeader = 11;

    public const int NameSize = 4;
    public const int InstantSize = 8;

    /// <summary>createdAt and modifiedAt, which always stand together.</summary>
    public const int TimesSize = 2 * InstantSize;

    /// <summary>How deep sub-attributes may nest: far beyond what a reader lets in, far below what a stack holds.</summary>
    public const int MaxDepth = 512;

    public static int Int(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    public static long Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    public static AttributeFlags Flags(ReadOnlySpan<byte> bytes, int at) =>
        (AttributeFlags)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + AttributeFlagsAt)..]);

    /// <summary>Reads a length and moves behind it. The bytes have been checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(ReadOnlySpan<byte> bytes, scoped ref int at)
    {
        int first = bytes[at++];
        return first < 0x80 ? first : LongLength(bytes, first & 0x7F, ref at);
    }

    /// <summary>Reads a text and moves behind it. The bytes have been checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> bytes, scoped ref int at)
    {
        var length = Length(bytes, ref at);
        var text = bytes.Slice(at, length);
        at += length;
        return text;
    }

    private static int LongLength(ReadOnlySpan<byte> bytes, int length, scoped ref int at)
    {
        for (var shift = 7; ; shift += 7)
        {
            int group = bytes[at++];
            length |= (group & 0x7F) << shift;
            if (group < 0x80) return length;
        }
    }
}

[Flags]
internal enum EntityFlags : byte
{
    None = 0,
    ScopeIsArray = 1,
    HasScopes = 2,
    HasExpiresAt = 4,

    /// <summary>Some Attribute, at some depth, has an expiresAt.</summary>
    HasTransientAttributes = 8,

    All = ScopeIsArray | HasScopes | HasExpiresAt | HasTransientAttributes,
}

[Flags]
internal enum AttributeFlags : ushort
{
    None = 0,
    OwnTimes = 1,
    HasDatasetId = 2,
    HasObservedAt = 4,
    HasExpiresAt = 8,
    HasUnitCode = 0x10,
    HasValueType = 0x20,
    HasObjectTypes = 0x40,
    HasSubAttributes = 0x80,

    /// <summary>A Relationship's object or a VocabProperty's vocab was given as an array.</summary>
    IsArray = 0x100,

    Optional = HasDatasetId | HasObservedAt | HasExpiresAt | HasUnitCode | HasValueType | HasObjectTypes,
    All = OwnTimes | Optional | HasSubAttributes | IsArray,
}
