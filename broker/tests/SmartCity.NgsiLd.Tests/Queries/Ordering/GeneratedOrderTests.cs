using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;
using Xunit;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Queries.Ordering;

/// <summary>Generated Entities in generated orders: the keys sort them as comparing their values one by one does.</summary>
public sealed class GeneratedOrderTests
{
    private static readonly string[] Names = ["urn:o:a", "urn:o:b", "urn:o:c"];

    private static readonly Gen<string> Scalar = Gen.Elements(
        "1", "1.0", "-1", "0", "-0", "0.1", "1e3", "999", "12345678901234567890", "-1.5e-3",
        "\"\"", "\"a\"", "\"A\"", "\"ab\"", "\"a b\"", "\"ä\"", "\"\\u00e4\"", "\"B\"", "\"b\"", "\"10\"", "\"9\"", "\"😀\"", "\"a\\u0000b\"",
        "true", "false", "{\"@type\":\"DateTime\",\"@value\":\"2020-01-01T00:00:00Z\"}",
        "{\"@type\":\"DateTime\",\"@value\":\"2020-01-01T01:00:00+01:00\"}", "{\"@type\":\"Date\",\"@value\":\"2021-01-01\"}",
        "{\"@type\":\"Time\",\"@value\":\"10:00:00Z\"}", "{\"@type\":\"@json\",\"@value\":null}", "{\"@type\":\"urn:T\",\"@value\":5}");

    private static Gen<string> Json(int depth) => depth == 0 ? Scalar : Gen.Frequency(
        (6, Scalar),
        (1, Gen.ListOf(Json(depth - 1)).Select(items => $"[{string.Join(',', items.Take(3))}]")),
        (1, from x in Json(depth - 1) select $"{{\"x\":{x}}}"),
        (1, from x in Json(depth - 1) from y in Json(depth - 1) select $"{{\"x\":{x},\"y\":{y}}}"));

    private static readonly Gen<Entity> AnEntity =
        from values in Gen.ListOf(Gen.Frequency((1, Gen.Constant("")), (4, Json(2))), Names.Length)
        select new Entity
        {
            Id = "urn:e",
            Types = ["urn:t"],
            Attributes = [.. values.Index().Where(value => value.Item.Length > 0)
                .Select(value => new Property { Name = Names[value.Index], Value = JsonValue.Of(value.Item) })],
        };

    private static readonly Gen<OrderingTerm> Term =
        from name in Gen.Elements(Names)
        from member in Gen.Frequency((4, Gen.Constant("")), (1, Gen.Elements("x", "y")))
        from downwards in Gen.Elements(true, false)
        select new OrderingTerm(
            new AttributePath { Names = [name], Trailing = member.Length == 0 ? [] : [member] },
            downwards ? OrderDirection.Descending : OrderDirection.Ascending);

    [Fact]
    public void Keys_sort_as_values_compare()
    {
        var cases = Arb.From(
            from entities in Gen.ListOf(AnEntity, 12)
            from terms in Gen.ListOf(Term)
            select (entities.ToArray(), Terms: terms.Take(3).ToArray()));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(cases, test =>
        {
            var (entities, terms) = test;
            if (terms.Length == 0) return;
            var keys = new OrderKeys(new([.. terms]), []);
            var sorted = entities.Index().OrderBy(entity => keys.Of(PackedEntity.Pack(entity.Item)), Comparer<OrderKey>.Default).Select(entity => entity.Index);
            var expected = entities.Index().Order(Comparer<(int Index, Entity Item)>.Create((x, y) => Compare(terms, x.Item, y.Item)))
                .Select(entity => entity.Index);
            Assert.Equal(expected, sorted);
        }));
    }

    private static int Compare(OrderingTerm[] terms, Entity x, Entity y)
    {
        foreach (var term in terms)
        {
            var order = Compare(Value(x, term.Path), Value(y, term.Path), term.IsDescending ? -1 : 1);
            if (order != 0) return order;
        }

        return 0;
    }

    private static int Compare(JsonElement? x, JsonElement? y, int sign)
    {
        var (one, other) = (Rank(x), Rank(y));
        return one != other ? one.CompareTo(other) : sign * Math.Sign(Compare(x, y));
    }

    private static int Compare(JsonElement? one, JsonElement? other)
    {
        var rank = Rank(one);
        if (rank != Rank(other)) return rank.CompareTo(Rank(other));
        if (rank >= 9) return 0;
        var (x, y) = (Unwrapped(one!.Value), Unwrapped(other!.Value));
        switch (rank)
        {
            case 1:
                return x.GetDouble().CompareTo(y.GetDouble());
            case 2:
                return CultureInfo.InvariantCulture.CompareInfo.Compare(x.GetString(), y.GetString(), CompareOptions.None);
            case 3:
                var pairs = x.EnumerateObject().Zip(y.EnumerateObject());
                var member = pairs.Select(pair => pair.First.Name != pair.Second.Name
                    ? string.Compare(pair.First.Name, pair.Second.Name, StringComparison.InvariantCulture)
                    : Compare(pair.First.Value, pair.Second.Value)).FirstOrDefault(order => order != 0);
                return member != 0 ? member : x.EnumerateObject().Count().CompareTo(y.EnumerateObject().Count());
            case 4:
                var item = x.EnumerateArray().Zip(y.EnumerateArray()).Select(pair => Compare(pair.First, pair.Second)).FirstOrDefault(order => order != 0);
                return item != 0 ? item : x.GetArrayLength().CompareTo(y.GetArrayLength());
            case 5:
                return x.GetBoolean().CompareTo(y.GetBoolean());
            default:
                return DateTimeOffset.Parse(x.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
                    .CompareTo(DateTimeOffset.Parse(y.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        }
    }

    private static JsonElement? Value(Entity entity, AttributePath path)
    {
        if (entity.Attributes.FirstOrDefault(attribute => attribute.Name == path.Names[0]) is not Property property) return null;
        using var document = JsonDocument.Parse(property.Value.ToString());
        var value = document.RootElement.Clone();
        if (path.Trailing.IsEmpty) return value;
        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(path.Trailing[0], out var member) ? member : null;
    }

    private static JsonElement Unwrapped(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("@value", out var lexical) ? lexical : value;

    /// <summary>The table of ETSI GS CIM 009 4.23.2.</summary>
    private static int Rank(JsonElement? value)
    {
        if (value is not { } json) return 10;
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("@type", out var type))
        {
            var temporal = type.GetString() switch { "Time" => 6, "Date" => 7, "DateTime" => 8, _ => 0 };
            if (temporal > 0) return temporal;
        }

        return Unwrapped(json).ValueKind switch
        {
            JsonValueKind.Number => 1,
            JsonValueKind.String => 2,
            JsonValueKind.Object => 3,
            JsonValueKind.Array => 4,
            JsonValueKind.True or JsonValueKind.False => 5,
            _ => 9,
        };
    }
}
