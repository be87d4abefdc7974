using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Tests.Contexts;
using SmartCity.NgsiLd.Tests.Entities;
using Xunit;
using Property = SmartCity.NgsiLd.Entities.Property;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>The Entity around its Attributes (ETSI GS CIM 009 4.5.1, 4.5.5, 4.18, 4.21, 6.3.11).</summary>
public class EntityWritingTests
{
    private static readonly Entity Scoped = Writing.EntityOf(Of("a", "1"), Of("b", "2")) with
    {
        Scopes = ["/Madrid"],
        ExpiresAt = new(Writing.Created, "2027-01-01T00:00:00Z"),
    };

    private static readonly Entity Multiple = Writing.EntityOf(
        Of("a", "1"), Of("a", "2", "urn:d1"), Of("a", "3", "urn:d2"), Of("b", "4", "urn:d2"));

    [Fact]
    public void Members_come_in_a_fixed_order()
    {
        var expected =
            $$"""
            {"id":"urn:ngsi-ld:T:1","type":"T","scope":"/Madrid","createdAt":"2026-11-20T12:00:00.000000Z",
            "modifiedAt":"2026-11-20T12:00:00.123456Z","expiresAt":"2027-01-01T00:00:00Z",
            "a":{"type":"Property","value":1},"b":{"type":"Property","value":2},
            "@context":"{{Context.Core.Uri}}"}
            """;
        Assert.Equal(
            expected.ReplaceLineEndings(""), Writing.Write(Scoped, new() { SysAttrs = true, IncludeContext = true }));
    }

    [Fact]
    public void Types_and_scopes_are_arrays_where_there_are_several()
    {
        var entity = Writing.EntityOf() with
        {
            Types = [Writing.Default + "T", "urn:U"],
            Scopes = ["/a", "/b/ç"],
        };
        Writing.AssertJson(
            """{"id": "urn:ngsi-ld:T:1", "type": ["T", "urn:U"], "scope": ["/a", "/b/ç"]}""", Writing.Write(entity, new()));
        Writing.AssertMember("""["/a"]""", "scope", Writing.Write(entity with { Scopes = ["/a"], ScopeIsArray = true }, new()));
    }

    [Fact]
    public void Texts_are_escaped_as_little_as_json_asks()
    {
        var entity = Writing.EntityOf(Of("a", "1", "urn:é+\"\\\u0001\n")) with { Id = "urn:<ü>&'\"" };
        var written = Writing.Write(entity, new());
        Assert.Contains("\"id\":\"urn:<ü>&'\\\"\"", written);
        Assert.Contains("\"datasetId\":\"urn:é+\\\"\\\\\\u0001\\n\"", written);
        JsonDocument.Parse(written).Dispose();
    }

    public static TheoryData<string, string> Contexts => new()
    {
        { "{}", """{"type": "Property", "value": 1, "https://ex.org/n": {"type": "VocabProperty", "vocab": "https://ex.org/v"}}""" },
        { """{"ex": "https://ex.org/"}""", """{"type": "Property", "value": 1, "ex:n": {"type": "VocabProperty", "vocab": "ex:v"}}""" },
        {
            """{"näme": "https://ex.org/n", "v": "https://ex.org/v"}""",
            """{"type": "Property", "value": 1, "näme": {"type": "VocabProperty", "vocab": "v"}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Names_are_compacted_in_the_context_at_every_depth(string context, string expected)
    {
        var entity = Writing.EntityOf(Of("a", "1") with
        {
            SubAttributes = [new VocabProperty { Name = "https://ex.org/n", Vocab = ["https://ex.org/v"] }],
        });
        Writing.AssertMember(expected, "a", Writing.Write(entity, new(), CompiledContext.Of(context)));
    }

    public static TheoryData<string[], EntityFormat, string?, string?> DatasetIds => new()
    {
        {
            [], EntityFormat.Normalized,
            """
            [{"type": "Property", "value": 1}, {"type": "Property", "value": 2, "datasetId": "urn:d1"},
             {"type": "Property", "value": 3, "datasetId": "urn:d2"}]
            """,
            """{"type": "Property", "value": 4, "datasetId": "urn:d2"}"""
        },
        {
            [], EntityFormat.Concise,
            """[{"value": 1}, {"value": 2, "datasetId": "urn:d1"}, {"value": 3, "datasetId": "urn:d2"}]""",
            """{"value": 4, "datasetId": "urn:d2"}"""
        },
        { [], EntityFormat.Simplified, """{"dataset": {"@none": 1, "urn:d1": 2, "urn:d2": 3}}""", "4" },
        { ["@none"], EntityFormat.Normalized, """{"type": "Property", "value": 1}""", null },
        { ["@none"], EntityFormat.Concise, "1", null },
        { ["@none"], EntityFormat.Simplified, "1", null },
        { ["urn:d2"], EntityFormat.Concise, """{"value": 3, "datasetId": "urn:d2"}""", """{"value": 4, "datasetId": "urn:d2"}""" },
        { ["urn:d2"], EntityFormat.Simplified, "3", "4" },
        { ["urn:d2", "@none"], EntityFormat.Simplified, """{"dataset": {"@none": 1, "urn:d2": 3}}""", "4" },
        { ["urn:x"], EntityFormat.Normalized, null, null },
    };

    [Theory]
    [MemberData(nameof(DatasetIds))]
    public void Instances_are_chosen_by_datasetId(string[] asked, EntityFormat format, string? a, string? b)
    {
        var written = Writing.Write(Multiple, new() { Format = format, DatasetIds = [.. asked] });
        Writing.AssertMember(a, "a", written);
        Writing.AssertMember(b, "b", written);
    }

    public static TheoryData<string[]?, string[]?, bool, string> Projections => new()
    {
        { ["id", "type"], null, false, """{"id": "urn:ngsi-ld:T:1", "type": "T"}""" },
        { [Writing.Default + "b"], null, false, """{"b": 2}""" },
        { [Writing.Default + "b", "scope"], null, true, """{"scope": "/Madrid", "b": 2}""" },
        { ["id", "createdAt"], null, true, """{"id": "urn:ngsi-ld:T:1", "createdAt": "2026-11-20T12:00:00.000000Z"}""" },
        { null, ["id", "type", Writing.Default + "b"], false, """{"scope": "/Madrid", "a": 1}""" },
        { ["id", Writing.Default + "a"], [Writing.Default + "a"], false, """{"id": "urn:ngsi-ld:T:1"}""" },
        { ["urn:none"], null, false, "{}" },
    };

    [Theory]
    [MemberData(nameof(Projections))]
    public void Pick_keeps_members_and_omit_removes_them(string[]? pick, string[]? omit, bool sysAttrs, string expected) =>
        Writing.AssertJson(expected, Writing.Write(Scoped, new()
        {
            Format = EntityFormat.Simplified,
            SysAttrs = sysAttrs,
            Pick = pick is null ? null : Writing.Project([.. pick]),
            Omit = omit is null ? null : Writing.Project([.. omit]),
        }));

    [Fact]
    public void Omitting_a_member_of_a_linked_entity_keeps_the_relationship() =>
        Writing.AssertMember("1", "a", Writing.Write(Scoped, new()
        {
            Format = EntityFormat.Simplified,
            Omit = new([new ProjectedMember(Writing.Default + "a", Writing.Project(Writing.Default + "x"))]),
        }));

    [Fact]
    public void Several_entities_are_an_array_and_each_has_the_context()
    {
        Assert.Equal("[]", Writing.WriteAll([], new()));
        var core = $"\"{Context.Core.Uri}\"";
        Writing.AssertJson(
            $$"""[{"id": "urn:ngsi-ld:T:1", "type": "T", "@context": {{core}}}, {"id": "urn:2", "type": "T", "@context": {{core}}}]""",
            Writing.WriteAll([Writing.EntityOf(), Writing.EntityOf() with { Id = "urn:2" }], new() { IncludeContext = true }));
    }

    [Fact]
    public void Whatever_is_stored_is_written_as_valid_json_into_any_buffer() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
            GeneratedEntities.Whole, Arb.From(Representations), (entity, representation) =>
        {
            var packed = PackedEntity.Pack(entity);
            var roomy = new ArrayBufferWriter<byte>();
            EntityWriter.WriteAll([packed, packed], representation, Context.Core, roomy);
            var tight = new TightWriter();
            EntityWriter.WriteAll([packed, packed], representation, Context.Core, tight);
            Assert.True(roomy.WrittenSpan.SequenceEqual(tight.Written.ToArray()));
            JsonDocument.Parse(roomy.WrittenMemory, new() { MaxDepth = 256 }).Dispose();
        }));

    private static Gen<Representation> Representations =>
        from format in Gen.Elements(EntityFormat.Normalized, EntityFormat.Concise, EntityFormat.Simplified)
        from geoJson in Gen.Elements(true, false)
        from sysAttrs in Gen.Elements(true, false)
        from context in Gen.Elements(true, false)
        from lang in Gen.Elements(null, "fr,en;q=0.5", "*", "de")
        from datasets in Gen.Elements<string[]>([], ["@none"], ["a b", "@none"])
        from pick in Gen.Elements(null, Writing.Project("id", "https://uri.etsi.org/ngsi-ld/speed"), Writing.Project("urn:x"))
        select new Representation
        {
            Format = format,
            GeoJson = geoJson,
            SysAttrs = sysAttrs,
            IncludeContext = context,
            Lang = lang,
            DatasetIds = datasets.ToImmutableArray(),
            Pick = pick,
        };

    private static Property Of(string name, string json, string? datasetId = null) =>
        new() { Name = Writing.Default + name, Value = JsonValue.Of(json), DatasetId = datasetId };

    /// <summary>Never gives a byte more than was asked for.</summary>
    private sealed class TightWriter : IBufferWriter<byte>
    {
        private byte[] _given = [];

        public List<byte> Written { get; } = [];

        public void Advance(int count) => Written.AddRange(_given.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _given = new byte[Math.Max(sizeHint, 1)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
