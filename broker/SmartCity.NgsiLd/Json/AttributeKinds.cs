using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>Which members each kind of Attribute has (ETSI GS CIM 009 4.5.2 - 4.5.24, 5.2.5 - 5.2.7, 5.2.32 - 5.2.38).</summary>
internal static class AttributeKinds
{
    private static readonly ulong Common = Mask(
        Member.Type, Member.ObservedAt, Member.ExpiresAt, Member.DatasetId, Member.CreatedAt, Member.ModifiedAt,
        Member.DeletedAt, Member.InstanceId);

    private static readonly ulong[] AllowedByKind = [.. Enum.GetValues<AttributeKind>().Order().Select(MembersOf)];

    /// <summary>The kind whose name <c>type</c> gives, as a term or as an IRI; null where it is none.</summary>
    public static AttributeKind? Find(ReadOnlySpan<byte> type)
    {
        if (type.StartsWith("https://uri.etsi.org/ngsi-ld/"u8)) type = type[CoreContext.Namespace.Length..];
        if (type.SequenceEqual("Property"u8)) return AttributeKind.Property;
        if (type.SequenceEqual("Relationship"u8)) return AttributeKind.Relationship;
        if (type.SequenceEqual("GeoProperty"u8)) return AttributeKind.GeoProperty;
        if (type.SequenceEqual("LanguageProperty"u8)) return AttributeKind.LanguageProperty;
        if (type.SequenceEqual("VocabProperty"u8)) return AttributeKind.VocabProperty;
        if (type.SequenceEqual("ListProperty"u8)) return AttributeKind.ListProperty;
        if (type.SequenceEqual("ListRelationship"u8)) return AttributeKind.ListRelationship;
        return type.SequenceEqual("JsonProperty"u8) ? AttributeKind.JsonProperty : null;
    }

    public static Member ValueMember(AttributeKind kind) => kind switch
    {
        AttributeKind.Relationship => Member.Object,
        AttributeKind.LanguageProperty => Member.LanguageMap,
        AttributeKind.VocabProperty => Member.Vocab,
        AttributeKind.ListProperty => Member.ValueList,
        AttributeKind.ListRelationship => Member.ObjectList,
        AttributeKind.JsonProperty => Member.Json,
        _ => Member.Value,
    };

    /// <summary>The kind that a value member shows where no <c>type</c> is given.</summary>
    public static AttributeKind OfValueMember(Member member) => member switch
    {
        Member.Object => AttributeKind.Relationship,
        Member.LanguageMap => AttributeKind.LanguageProperty,
        Member.Vocab => AttributeKind.VocabProperty,
        Member.ValueList => AttributeKind.ListProperty,
        Member.ObjectList => AttributeKind.ListRelationship,
        Member.Json => AttributeKind.JsonProperty,
        _ => AttributeKind.Property,
    };

    /// <summary>One bit for each member that the kind may have.</summary>
    public static ulong Allowed(AttributeKind kind) => AllowedByKind[(int)kind];

    private static ulong MembersOf(AttributeKind kind) => Common | Mask(ValueMember(kind)) | kind switch
    {
        AttributeKind.Property => Mask(Member.UnitCode, Member.ValueType, Member.PreviousValue),
        AttributeKind.GeoProperty => Mask(Member.ValueType, Member.PreviousValue),
        AttributeKind.Relationship => Mask(Member.ObjectType, Member.PreviousObject, Member.Entity),
        AttributeKind.LanguageProperty => Mask(Member.ValueType, Member.PreviousLanguageMap),
        AttributeKind.VocabProperty => Mask(Member.ValueType, Member.PreviousVocab),
        AttributeKind.ListProperty => Mask(Member.UnitCode, Member.ValueType, Member.PreviousValueList),
        AttributeKind.ListRelationship => Mask(Member.ObjectType, Member.PreviousObjectList, Member.EntityList),
        AttributeKind.JsonProperty => Mask(Member.ValueType, Member.PreviousJson),
        // A Fragment that names no kind may be of any.
        _ => Mask(Member.UnitCode, Member.ValueType, Member.ObjectType),
    };

    private static ulong Mask(params ReadOnlySpan<Member> members)
    {
        var mask = 0ul;
        foreach (var member in members) mask |= 1ul << (int)member;
        return mask;
    }
}
