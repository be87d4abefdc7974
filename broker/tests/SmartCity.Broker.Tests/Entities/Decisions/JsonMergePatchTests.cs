using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.Broker.Entities.Decisions;
using Xunit;
using JsonValue = SmartCity.NgsiLd.Entities.JsonValue;

namespace SmartCity.Broker.Tests.Entities.Decisions;

public class JsonMergePatchTests
{
    private const string Null = "\"urn:ngsi-ld:null\"";

    // RFC 7396, appendix A, with NGSI-LD Null for null in patches.
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":"urn:ngsi-ld:null"}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":"urn:ngsi-ld:null"}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":"urn:ngsi-ld:null"}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""[1,2]""", """{"a":"b","c":"urn:ngsi-ld:null"}""", """{"a":"b"}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":"urn:ngsi-ld:null"}}}""", """{"a":{"bb":{}}}""")]
    public void Merges_as_RFC_7396_says(string target, string patch, string merged) =>
        Assert.Equal(merged, JsonMergePatch.Apply(JsonValue.Of(target), JsonValue.Of(patch)).ToString());

    [Theory]
    [InlineData("""{"a":1.50,"b":1e3,"c":"\u00e9"}""", """{"d":2.0}""", """{"a":1.50,"b":1e3,"c":"\u00e9","d":2.0}""")]
    [InlineData("""{"\u0061":1}""", """{"a":2}""", """{"\u0061":2}""")]
    public void Keeps_every_byte_that_it_does_not_change(string target, string patch, string merged) =>
        Assert.Equal(merged, JsonMergePatch.Apply(JsonValue.Of(target), JsonValue.Of(patch)).ToString());

    [Fact]
    public void Takes_whatever_depth_was_let_in()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 500);
        Assert.Equal(deep, JsonMergePatch.Apply(JsonValue.Of("{\"b\":1}"), JsonValue.Of(deep)).ToString().Replace("\"b\":1,", "", StringComparison.Ordinal));
        Assert.Equal(deep, JsonMergePatch.Apply(JsonValue.Of(deep), JsonValue.Of(deep)).ToString());
    }

    [Fact]
    public void Agrees_with_the_algorithm_of_RFC_7396_on_any_values() =>
        Prop.ForAll(AnyJson().Two().ToArbitrary(), pair =>
        {
            var expected = MergePatch(JsonNode.Parse(pair.Item1), JsonNode.Parse(pair.Item2));
            var actual = JsonMergePatch.Apply(JsonValue.Of(pair.Item1), JsonValue.Of(pair.Item2)).ToString();
            return JsonNode.DeepEquals(expected, JsonNode.Parse(actual)).Label($"{pair} -> {actual}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Merging_twice_changes_nothing_more() =>
        Prop.ForAll(AnyJson().Two().ToArbitrary(), pair =>
        {
            var once = JsonMergePatch.Apply(JsonValue.Of(pair.Item1), JsonValue.Of(pair.Item2));
            return JsonMergePatch.Apply(once, JsonValue.Of(pair.Item2)) == once;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    // RFC 7396, section 2, word by word.
    private static JsonNode? MergePatch(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject members) return patch?.DeepClone();
        var result = target is JsonObject known ? (JsonObject)known.DeepClone() : [];
        foreach (var (name, value) in members)
        {
            if (value?.ToJsonString() == Null) result.Remove(name);
            else result[name] = MergePatch(result[name], value);
        }

        return result;
    }

    private static Gen<string> AnyJson()
    {
        var scalar = Gen.Elements("1", "2.5", "true", "\"x\"", "\"\"", "[]", "[1,{\"a\":1}]", Null);
        return Nested(3);

        Gen<string> Nested(int depth) => depth == 0
            ? scalar
            : Gen.Frequency((2, scalar), (3, Object(depth - 1)));

        Gen<string> Object(int depth) =>
            from names in Gen.Elements("a", "b", "c", "d").ArrayOf(3)
            from values in Nested(depth).ArrayOf(3)
            select "{" + string.Join(",", names.Zip(values).DistinctBy(member => member.First).Select(member =>
                $"\"{member.First}\":{member.Second}")) + "}";
    }
}
