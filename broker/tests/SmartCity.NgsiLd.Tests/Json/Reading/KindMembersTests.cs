using SmartCity.NgsiLd.Json;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>
/// Member by member, what each kind of Attribute may hold, and what it must not (ETSI GS CIM 009 4.5.2 - 4.5.3,
/// 4.5.18 - 4.5.24; 5.2.5 - 5.2.7, 5.2.32 - 5.2.38): in normalized and in concise form alike.
/// </summary>
public class KindMembersTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["Property"] = "\"value\": 1",
        ["GeoProperty"] = "\"value\": {\"type\": \"Point\", \"coordinates\": [1, 2]}",
        ["Relationship"] = "\"object\": \"urn:x:2\"",
        ["LanguageProperty"] = "\"languageMap\": {\"en\": \"a\"}",
        ["VocabProperty"] = "\"vocab\": \"urn:x:3\"",
        ["ListProperty"] = "\"valueList\": [1]",
        ["ListRelationship"] = "\"objectList\": [{\"object\": \"urn:x:2\"}]",
        ["JsonProperty"] = "\"json\": {\"a\": 1}",
    };

    private static readonly (string Member, string Json, string[] Kinds)[] Kept =
    [
        ("unitCode", "\"KMH\"", ["Property", "ListProperty"]),
        ("valueType", "\"langString\"", [.. Values.Keys.Where(kind => !kind.EndsWith("Relationship", StringComparison.Ordinal))]),
        ("objectType", "\"Car\"", ["Relationship", "ListRelationship"]),
        ("observedAt", "\"2026-11-20T12:00:00Z\"", [.. Values.Keys]),
        ("datasetId", "\"urn:d:1\"", [.. Values.Keys]),
    ];

    // What brokers add: passed over where the kind has it.
    private static readonly (string Member, string Json, string[] Kinds)[] PassedOver =
    [
        ("createdAt", "\"2026-11-20T12:00:00Z\"", [.. Values.Keys]),
        ("modifiedAt", "\"2026-11-20T12:00:00Z\"", [.. Values.Keys]),
        ("deletedAt", "\"2026-11-20T12:00:00Z\"", [.. Values.Keys]),
        ("instanceId", "\"urn:i:1\"", [.. Values.Keys]),
        ("previousValue", "0", ["Property", "GeoProperty"]),
        ("previousObject", "\"urn:x:1\"", ["Relationship"]),
        ("previousLanguageMap", "{}", ["LanguageProperty"]),
        ("previousVocab", "\"b\"", ["VocabProperty"]),
        ("previousValueList", "[]", ["ListProperty"]),
        ("previousObjectList", "[]", ["ListRelationship"]),
        ("previousJson", "{}", ["JsonProperty"]),
        ("entity", "{}", ["Relationship"]),
        ("entityList", "[]", ["ListRelationship"]),
        ("entityIdSealed", "\"urn:x:1\"", []),
        ("entityTypeSealed", "\"T\"", []),
    ];

    public static TheoryData<string, string, string, bool, bool> Cells
    {
        get
        {
            var cells = new TheoryData<string, string, string, bool, bool>();
            foreach (var kind in Values.Keys)
            {
                foreach (var (member, json, kinds) in Kept) cells.Add(kind, member, json, kinds.Contains(kind), true);
                foreach (var (member, json, kinds) in PassedOver) cells.Add(kind, member, json, kinds.Contains(kind), false);
                foreach (var (other, value) in Values.Where(pair => Name(pair.Value) != Name(Values[kind])))
                {
                    if (other != "GeoProperty") cells.Add(kind, Name(value), value[(value.IndexOf(':') + 2)..], false, false);
                }
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_member_belongs_to_some_kinds(string kind, string member, string json, bool allowed, bool kept)
    {
        var normalized = Reading.EntityWith($$""" "a": {"type": "{{kind}}", {{Values[kind]}}, "{{member}}": {{json}}} """);
        if (!allowed)
        {
            Assert.StartsWith($"a.{member} is not a member of a {kind}", normalized.Error?.Detail, StringComparison.Ordinal);
            return;
        }

        var plain = $"{{\"type\":\"{kind}\",{Values[kind].Replace(" ", "", StringComparison.Ordinal)}";
        var expected = $"\"a\":{plain}{(kept ? $",\"{member}\":{json}" : "")}}}";
        Assert.Equal(expected, Reading.Normalized(normalized));
        var concise = Reading.EntityWith($$""" "a": { "{{member}}": {{json}}, {{Values[kind]}}} """);
        Assert.Equal(expected, Reading.Normalized(concise));
        // Simplified answers hold the value alone.
        var asked = new Representation { Format = EntityFormat.Simplified };
        Assert.DoesNotContain(member, Reading.Written(normalized, asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"string\"")]
    [InlineData("\"https://example.org/langString\"")]
    public void The_datatype_of_a_languageMap_is_langString(string valueType)
    {
        var read = Reading.EntityWith($$""" "a": {"languageMap": {"en": "a"}, "valueType": {{valueType}}} """);
        Assert.StartsWith("a.valueType is not langString", read.Error?.Detail, StringComparison.Ordinal);
    }

    private static string Name(string value) => value[1..value.IndexOf('"', 1)];
}
