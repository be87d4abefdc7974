using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;
using JsonProperty = SmartCity.NgsiLd.Entities.JsonProperty;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Queries;

/// <summary>
/// Generated Entities against generated queries over so few names and values that they often meet: the matcher agrees with the
/// naive evaluator, and bounds lead to everything that matches.
/// </summary>
public sealed class GeneratedMatchTests
{
    private static readonly string[] Names = ["urn:n:a", "urn:n:b", "urn:n:c"];
    private static readonly string[] Texts = ["a", "b", "é\"\\", "urn:x:1", "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", ""];
    private static readonly string[] Scalars =
        ["1", "2", "1.0", "-3e0", "\"a\"", "\"b\"", "\"\\u00e9\\\"\\\\\"", "\"urn:x:1\"", "\"2020-01-01T00:00:00Z\"", "true", "false", "\"\"",
            "{\"@value\":1}", "{\"@type\":\"T\",\"@value\":\"a\"}"];

    private static readonly Gen<string> Json = Gen.Frequency(
        (5, Gen.Elements(Scalars)),
        (2, from items in Gen.ListOf(Gen.Elements(Scalars)) select $"[{string.Join(',', items.Take(4))}]"),
        (2, from x in Gen.Elements(Scalars) from y in Gen.Elements(Scalars) select $"{{\"x\":{x},\"y\":{{\"x\":[{y},2]}}}}"));

    private static readonly Gen<string> LanguageMap =
        from en in Gen.Elements("\"a\"", "\"b\"", "[\"a\",\"b\"]", "[]")
        from de in Gen.Elements("\"a\"", "\"2020-01-01T00:00:00Z\"", "[\"b\"]")
        from both in Gen.Elements($"{{\"en\":{en},\"de\":{de}}}", $"{{\"en\":{en}}}", "{}")
        select both;

    private static readonly Gen<ImmutableArray<string>> Uris =
        Gen.Elements<ImmutableArray<string>>(["urn:x:1"], ["urn:x:2"], ["urn:x:1", "a"], ["b", "urn:x:2"]);

    private static readonly Gen<QValue> Literal = Gen.OneOf(
        Gen.Elements("1", "1.5", "2", "-3").Select(n => (QValue)new QNumber(double.Parse(n, CultureInfo.InvariantCulture), n)),
        Gen.Elements(Texts).Select(text => (QValue)new QString(text)),
        Gen.Elements("2020-01-01T00:00:00Z", "2020-06-01T00:00:00Z").Select(text => (QValue)new QTemporal(text, QTemporalKind.DateTime)),
        Gen.Constant((QValue)new QUri("urn:x:1")));

    private static readonly Gen<QValue> Range = Gen.Elements<QValue>(
        new QRange(new QNumber(1, "1"), new QNumber(1.5, "1.5")), new QRange(new QString("a"), new QString("c")),
        new QRange(new QTemporal("2020-01-01T00:00:00Z", QTemporalKind.DateTime), new QTemporal("2020-06-01T00:00:00Z", QTemporalKind.DateTime)));

    private static readonly Gen<AttributePath> Path =
        from name in Gen.Elements(Names)
        from rest in Gen.Frequency(
            (6, Gen.Constant<string[]>([])), (2, Gen.Elements(Names).Select(sub => new[] { sub })), (1, Gen.Elements<string[]>(["observedAt"], ["unitCode"])))
        from trailing in rest is ["observedAt"] or ["unitCode"] ? Gen.Constant(ImmutableArray<string>.Empty) : Gen.Frequency(
            (6, Gen.Constant(ImmutableArray<string>.Empty)), (3, Gen.Elements<ImmutableArray<string>>(["x"], ["y", "x"], ["en"], ["*"], ["en", "x"])))
        select new AttributePath { Names = [name, .. rest], Trailing = trailing };

    [Fact]
    public void The_matcher_agrees_with_the_clause_as_it_is_written()
    {
        var (matching, total) = (0, 0);
        var cases = Arb.From(from entity in AnEntity from q in Expression(4) select (entity, q));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5_000), Prop.ForAll(cases, pair =>
        {
            var query = new EntityQuery { Q = pair.q };
            var packed = PackedEntity.Pack(pair.entity);
            var matches = new EntityMatcher(query).Matches(packed);
            Assert.True(matches == NaiveEvaluator.Matches(pair.q, pair.entity), $"{QueryWriter.Write(pair.q, Context.Core)} is {matches}");
            if (matches) BoundsCheck.Holds(query, packed);
            total++;
            if (matches) matching++;
        }));
        // Otherwise the agreement would be about nothing.
        Assert.InRange((double)matching / total, 0.1, 0.9);
    }

    private static Gen<Entity> AnEntity =>
        from attributes in Gen.ListOf(AnAttribute(1))
        select new Entity
        {
            Id = "urn:e",
            Types = ["urn:t"],
            // Instances of one name differ by their datasetId.
            Attributes = [.. attributes.Take(5).Select((attribute, i) => attribute with { DatasetId = i == 0 ? null : $"urn:d:{i}" })
                .OrderBy(attribute => attribute.Name, StringComparer.Ordinal)],
        };

    private static Gen<Attribute> AnAttribute(int depth) =>
        from name in Gen.Elements(Names)
        from kind in Gen.Choose(1, 8)
        from json in Json
        from map in LanguageMap
        from uris in Uris
        from isArray in Gen.Elements(true, false)
        from observed in Gen.Elements(null, "2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z")
        from subs in depth == 0 ? Gen.Constant(new List<Attribute>()) : Gen.ListOf(AnAttribute(depth - 1))
        select (Attribute)((AttributeKind)kind switch
        {
            AttributeKind.Property => new Property { Name = name, Value = JsonValue.Of(json), UnitCode = isArray ? "a" : null },
            AttributeKind.GeoProperty => new GeoProperty { Name = name, Value = JsonValue.Of("{\"type\":\"Point\",\"coordinates\":[1,2]}") },
            AttributeKind.Relationship => new Relationship { Name = name, Objects = uris, IsArray = isArray },
            AttributeKind.LanguageProperty => new LanguageProperty { Name = name, LanguageMap = JsonValue.Of(map) },
            AttributeKind.VocabProperty => new VocabProperty { Name = name, Vocab = uris, IsArray = isArray },
            AttributeKind.ListProperty => new ListProperty { Name = name, ValueList = JsonValue.Of($"[{json}]") },
            AttributeKind.ListRelationship => new ListRelationship { Name = name, Objects = uris },
            _ => new JsonProperty { Name = name, Json = JsonValue.Of(json) },
        }) with
        {
            ObservedAt = observed is not null && Timestamp.TryParse(observed, out var timestamp) ? timestamp : null,
            SubAttributes = [.. subs.Take(2)],
        };

    private static Gen<QExpression> Expression(int size)
    {
        var term = Gen.Frequency((1, Path.Select(path => (QExpression)new QExists(path))), (6, Comparison));
        if (size < 2) return term;
        var terms = from one in Expression(size / 2) from other in Expression(size / 2) select ImmutableArray.Create(one, other);
        return Gen.Frequency(
            (4, term), (1, terms.Select(pair => (QExpression)new QAnd(pair))), (1, terms.Select(pair => (QExpression)new QOr(pair))));
    }

    private static Gen<QExpression> Comparison => Gen.OneOf(
        from path in Path
        from op in Gen.Elements(QOperator.Equal, QOperator.Unequal)
        from value in Gen.OneOf(
            Literal, Range, Gen.Elements<QValue>(new QBoolean(true), new QBoolean(false)),
            from one in Literal from other in Literal select (QValue)new QList([one, other, new QBoolean(true)]),
            from one in Gen.Elements(Texts) from other in Gen.Elements(Texts) select (QValue)new QList([new QString(one), new QString(other)]))
        select (QExpression)new QCompare(path, op, value),
        from path in Path
        from op in Gen.Elements(QOperator.Greater, QOperator.GreaterOrEqual, QOperator.Less, QOperator.LessOrEqual)
        from value in Literal.Where(value => value is not QUri)
        select (QExpression)new QCompare(path, op, value),
        from path in Path
        from op in Gen.Elements(QOperator.Matches, QOperator.NotMatches)
        from pattern in Gen.Elements("^a$", "[ab]", "é", "^$", "2020")
        select (QExpression)new QCompare(path, op, new QPattern(TextPattern.Parse(pattern).Value)));
}
