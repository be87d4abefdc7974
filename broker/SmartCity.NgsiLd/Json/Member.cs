using System.Collections.Frozen;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Json;

/// <summary>The members that the standard itself names; every other one is an Attribute (ETSI GS CIM 009 5.2.2 - 5.2.7, 5.2.32 - 5.2.38).</summary>
internal enum Member
{
    Attribute,
    Id,
    Type,
    Context,
    AtValue,
    Scope,
    ObservedAt,
    ExpiresAt,
    UnitCode,
    DatasetId,
    ValueType,
    ObjectType,
    Value,
    Object,
    LanguageMap,
    Vocab,
    Json,
    ValueList,
    ObjectList,
    Dataset,

    // From here on: what brokers say and clients need not (5.2.2, 5.2.5 ...), so it is passed over.
    CreatedAt,
    ModifiedAt,
    DeletedAt,
    InstanceId,
    PreviousValue,
    PreviousObject,
    PreviousLanguageMap,
    PreviousVocab,
    PreviousJson,
    PreviousValueList,
    PreviousObjectList,
    Entity,
    EntityList,

    // Only inside ngsildproof (4.5.2.2).
    EntityIdSealed,
    EntityTypeSealed,
}

internal static class Members
{
    public const int Count = (int)Member.EntityTypeSealed + 1;

    private static readonly FrozenDictionary<string, Member> ByName =
        Enum.GetValues<Member>()
            .Where(member => member is not (Member.Attribute or Member.Context or Member.AtValue))
            .Select(member => KeyValuePair.Create(Term(member), member))
            .Concat([new("@id", Member.Id), new("@type", Member.Type), new("@context", Member.Context), new("@value", Member.AtValue)])
            .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Member>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, Member> ByIri = ByName
        .Where(entry => CoreContext.Terms.ContainsKey(entry.Key) && entry.Value is not (Member.Id or Member.Type))
        .ToFrozenDictionary(entry => CoreContext.Terms[entry.Key], entry => entry.Value, StringComparer.Ordinal);

    public static Member OfTerm(ReadOnlySpan<char> term) => BySpan.TryGetValue(term, out var member) ? member : Member.Attribute;

    /// <summary>The member that an expanded name stands for: users may give core terms other names.</summary>
    public static Member OfIri(string iri)
    {
        if (iri[0] == '@') return OfTerm(iri);
        return iri.StartsWith(CoreContext.Namespace, StringComparison.Ordinal) && ByIri.TryGetValue(iri, out var member)
            ? member
            : Member.Attribute;
    }

    /// <summary>As the core @context spells it.</summary>
    public static string Term(Member member)
    {
        var name = member.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
