using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;
using JsonProperty = SmartCity.NgsiLd.Entities.JsonProperty;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Entities;

/// <summary>Entities of every shape that the records allow, with texts that need escaping.</summary>
internal static class GeneratedEntities
{
    private static readonly Gen<string> Word = Gen.Elements(
        "a", "speed", "urn:ngsi-ld:Vehicle:A4567", "https://uri.etsi.org/ngsi-ld/default-context/brandName",
        "é", "日本語", "😀", "quote\"", "back\\slash", "line\nbreak", "nul\u0000bell\u0007", "a b", "", "</script>+",
        new string('x', 127), new string('y', 128), new string('z', 40_000));

    private static readonly Gen<string> Iri = Gen.Elements(
        "https://uri.etsi.org/ngsi-ld/speed", "https://uri.etsi.org/ngsi-ld/location", "urn:a", "urn:b", "urn:ünï");

    private static readonly Gen<DateTimeOffset> Instant = Gen.Elements(
        0L, 1L, 638_000_000_000_000_000L, 638_000_000_001_234_567L, DateTime.MaxValue.Ticks)
        .Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private static readonly Gen<Timestamp> Moment =
        from value in Instant from text in Word select new Timestamp(value, text);

    private static readonly Gen<JsonValue> Json = Gen.OneOf(
        Gen.Elements("1", "-1.50e+10", "true", "{}", "[]", "{\"a\":[1,{\"b\":\"c\"}]}", "\"\\u00e9\"").Select(JsonValue.Of),
        Word.Select(word => JsonValue.Of(JsonSerializer.Serialize(word))));

    private static readonly Gen<JsonValue> LanguageMap = Gen.Elements(
        """{"en":"Hi","fr-CH":"Salü \"toi\""}""", """{"@none":"x","de":["a","b"]}""", "{}", """{"d\u0065":"y"}""")
        .Select(JsonValue.Of);

    /// <summary>Also what is never stored.</summary>
    public static Arbitrary<Entity> Any => Arb.From(Entities(AttributeKind.Fragment));

    /// <summary>Without Fragments of Attributes.</summary>
    public static Arbitrary<Entity> Whole => Arb.From(Entities(AttributeKind.Property));

    private static Gen<Entity> Entities(AttributeKind lowest) => Gen.Sized(size =>
        from id in Word
        from types in Several(Iri)
        from scopes in Several(Word)
        from scopeIsArray in Gen.Elements(true, false)
        from createdAt in Instant
        from modifiedAt in Instant
        from expiresAt in Optional(Moment)
        from attributes in Attributes(lowest, Math.Min(size, 12))
        select new Entity
        {
            Id = id,
            Types = types,
            Scopes = scopes,
            ScopeIsArray = scopeIsArray,
            CreatedAt = createdAt,
            ModifiedAt = modifiedAt,
            ExpiresAt = expiresAt,
            Attributes = attributes,
        });

    private static Gen<ImmutableArray<Attribute>> Attributes(AttributeKind lowest, int size) =>
        from count in Gen.Choose(0, Math.Min(size, 5))
        from attributes in Gen.ListOf(AnyAttribute(lowest, size / 3), count)
        select attributes.ToImmutableArray();

    private static Gen<Attribute> AnyAttribute(AttributeKind lowest, int size) =>
        from kind in Gen.Choose((int)lowest, (int)AttributeKind.JsonProperty)
        from name in Iri
        from created in Instant
        from modified in Instant
        from datasetId in Optional(Word)
        from observedAt in Optional(Moment)
        from expiresAt in Optional(Moment)
        from unit in Optional(Word)
        from valueType in Optional(Word)
        from objectTypes in Several(Iri)
        from isArray in Gen.Elements(true, false)
        from texts in Several(Word)
        from json in kind == (int)AttributeKind.LanguageProperty ? LanguageMap : Json
        from subAttributes in Attributes(lowest, size)
        select Of((AttributeKind)kind, name, json, texts, isArray, unit, objectTypes) with
        {
            CreatedAt = created,
            ModifiedAt = modified,
            DatasetId = datasetId,
            ObservedAt = observedAt,
            ExpiresAt = expiresAt,
            ValueType = valueType,
            SubAttributes = subAttributes,
        };

    private static Attribute Of(
        AttributeKind kind, string name, JsonValue json, ImmutableArray<string> texts, bool isArray,
        string? unit, ImmutableArray<string> objectTypes) => kind switch
        {
            AttributeKind.Property => new Property { Name = name, Value = json, UnitCode = unit },
            AttributeKind.GeoProperty => new GeoProperty { Name = name, Value = json },
            AttributeKind.Relationship => new Relationship { Name = name, Objects = texts, IsArray = isArray, ObjectTypes = objectTypes },
            AttributeKind.LanguageProperty => new LanguageProperty { Name = name, LanguageMap = json },
            AttributeKind.VocabProperty => new VocabProperty { Name = name, Vocab = texts, IsArray = isArray },
            AttributeKind.ListProperty => new ListProperty { Name = name, ValueList = json, UnitCode = unit },
            AttributeKind.ListRelationship => new ListRelationship { Name = name, Objects = texts, ObjectTypes = objectTypes },
            AttributeKind.JsonProperty => new JsonProperty { Name = name, Json = json },
            _ => new AttributeFragment
            {
                Name = name,
                TargetKind = isArray ? AttributeKind.JsonProperty : null,
                UnitCode = unit,
                ObjectTypes = objectTypes,
            },
        };

    private static Gen<ImmutableArray<T>> Several<T>(Gen<T> one) =>
        from count in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Choose(0, 4)))
        from items in Gen.ListOf(one, count)
        select items.ToImmutableArray();

    private static Gen<T?> Optional<T>(Gen<T> gen, T? none = default) where T : class =>
        Gen.Frequency((3, Gen.Constant(none)), (1, gen.Select(value => (T?)value)));

    private static Gen<Timestamp?> Optional(Gen<Timestamp> gen) =>
        Gen.Frequency((3, Gen.Constant((Timestamp?)null)), (1, gen.Select(value => (Timestamp?)value)));
}
