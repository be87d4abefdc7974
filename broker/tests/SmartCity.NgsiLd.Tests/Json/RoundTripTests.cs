using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Tests.Entities;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>The normalized and the concise form lose nothing (ETSI GS CIM 009 4.5.2.1).</summary>
public class RoundTripTests
{
    private static readonly Gen<string> MemberName = Gen.Elements(
        "a", "b", "id", "type", "value", "object", "vocab", "unitCode", "observedAt", "coordinates", "dataset", "lang", "createdAt",
        "https://uri.etsi.org/ngsi-ld/hasValue", "@value");

    private static readonly Gen<string> Leaf = Gen.Elements(
        "1", "true", "\"Point\"", "\"Property\"", "\"x\"", "[1,2]", "\"2026-11-20T12:00:00Z\"");

    public static TheoryData<Attribute> Attributes => [.. AttributeWritingTests.Kinds
        .Select(row => (Attribute)row[1])
        .Where(attribute => attribute is not ListRelationship { Objects: [] })
        .Select(attribute => attribute with { CreatedAt = default, ModifiedAt = default })];

    [Theory]
    [MemberData(nameof(Attributes))]
    public void What_is_written_reads_back_the_same(Attribute attribute)
    {
        var entity = Writing.EntityOf(attribute) with { CreatedAt = default, ModifiedAt = default };
        AssertSame(entity, EntityFormat.Normalized);
        AssertSame(entity, EntityFormat.Concise);
    }

    [Fact]
    public void Values_that_look_like_attributes_read_back_as_values() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Arb.From(Json(2)), json =>
        {
            var value = new Property { Name = Writing.Default + "a", Value = JsonValue.Of(json) };
            var entity = Writing.EntityOf(value with { SubAttributes = [value] }, value with { Name = Writing.Default + "b" }) with
            {
                CreatedAt = default,
                ModifiedAt = default,
            };
            AssertSame(entity, EntityFormat.Normalized);
            AssertSame(entity, EntityFormat.Concise);
        }));

    private static Gen<string> Json(int depth) => depth == 0 ? Leaf : Gen.Frequency(
        (1, Leaf),
        (2, from items in Gen.ListOf(Json(depth - 1), 2) select $"[{string.Join(',', items)}]"),
        (4, from count in Gen.Choose(0, 3)
            from names in Gen.ListOf(MemberName, count)
            from values in Gen.ListOf(Json(depth - 1), count)
            select $"{{{string.Join(',', names.Distinct().Zip(values, (name, value) => $"\"{name}\":{value}"))}}}"));

    private static void AssertSame(Entity entity, EntityFormat format)
    {
        var json = Writing.Write(entity, new() { Format = format });
        var read = EntityReader.Read(
            Encoding.UTF8.GetBytes(json), Context.Core, EntityInput.Entity, EntityReaderOptions.Default);
        Assert.True(read.IsSuccess, $"{json}: {read.Error?.Detail}");
        Assert.True(EntityEquality.Same(WithoutTimes(entity), read.Value), json);
    }

    private static Entity WithoutTimes(Entity entity) =>
        entity with { Attributes = [.. entity.Attributes.Select(WithoutTimes)] };

    private static Attribute WithoutTimes(Attribute attribute) => attribute with
    {
        CreatedAt = default,
        ModifiedAt = default,
        SubAttributes = [.. attribute.SubAttributes.Select(WithoutTimes)],
    };
}
