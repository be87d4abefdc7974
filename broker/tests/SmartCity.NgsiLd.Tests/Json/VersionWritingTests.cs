using System.Buffers;
using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Json;

/// <summary>What older versions of the standard are shown (ETSI GS CIM 009 4.3.6.8, tables 1 to 3).</summary>
public class VersionWritingTests
{
    private const string Point = """{"type":"Point","coordinates":[1,2]}""";

    /// <summary>Members as given, the first version that knows all of it, and what the version before is shown.</summary>
    public static TheoryData<string, string, string> Tables => new()
    {
        { "\"scope\":\"/A\",\"p\":1", "1.4", "\"p\":{\"type\":\"Property\",\"value\":1}" },
        { "\"l\":{\"languageMap\":{\"en\":\"a\"}}", "1.4", "\"l\":{\"type\":\"Property\",\"value\":{\"en\":\"a\"}}" },
        { "\"j\":{\"json\":{\"id\":null}}", "1.8", "\"j\":{\"type\":\"Property\",\"value\":{\"id\":null}}" },
        { "\"v\":{\"vocab\":[\"a\",\"b\"]}", "1.8", "\"v\":{\"type\":\"Property\",\"value\":[\"a\",\"b\"]}" },
        { "\"l\":{\"valueList\":[1,2]}", "1.8", "\"l\":{\"type\":\"Property\",\"value\":[1,2]}" },
        { "\"r\":{\"objectList\":[\"urn:a:1\",\"urn:a:2\"]}", "1.8", "\"r\":{\"type\":\"Relationship\",\"object\":[\"urn:a:1\",\"urn:a:2\"]}" },
        { "\"r\":{\"object\":\"urn:a:1\",\"objectType\":\"T\"}", "1.8", "\"r\":{\"type\":\"Relationship\",\"object\":\"urn:a:1\"}" },
        { "\"p\":{\"value\":1,\"valueType\":\"T\"}", "1.9", "\"p\":{\"type\":\"Property\",\"value\":1}" },
        { "\"p\":{\"value\":1,\"unitCode\":\"KMH\"}", "1.3", "\"p\":{\"type\":\"Property\",\"value\":1}" },
        { "\"p\":{\"value\":1,\"observedAt\":\"2026-01-01T00:00:00Z\"}", "1.3", "\"p\":{\"type\":\"Property\",\"value\":1}" },
        { "\"p\":{\"value\":1,\"datasetId\":\"urn:d:1\"}", "1.3", "\"p\":{\"type\":\"Property\",\"value\":1}" },
        { "\"p\":[{\"value\":1,\"datasetId\":\"urn:d:1\"},{\"value\":2}]", "1.3", "\"p\":{\"type\":\"Property\",\"value\":2}" },
        { "\"p\":[{\"value\":1,\"datasetId\":\"urn:d:1\"},{\"value\":2,\"datasetId\":\"urn:d:2\"}]", "1.3", "\"p\":{\"type\":\"Property\",\"value\":1}" },
        { "\"r\":[{\"object\":\"urn:a:1\"},{\"object\":\"urn:a:2\",\"datasetId\":\"urn:d:2\"}]", "1.3", "\"r\":{\"type\":\"Relationship\",\"object\":\"urn:a:1\"}" },
        // Sub-attributes alike.
        { "\"p\":{\"value\":1,\"s\":{\"vocab\":\"a\"}}", "1.8", "\"p\":{\"type\":\"Property\",\"value\":1,\"s\":{\"type\":\"Property\",\"value\":\"a\"}}" },
        { "\"p\":{\"value\":1,\"s\":[{\"value\":1},{\"value\":2,\"datasetId\":\"urn:d:1\"}]}", "1.3", "\"p\":{\"type\":\"Property\",\"value\":1,\"s\":{\"type\":\"Property\",\"value\":1}}" },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_version_is_shown_what_it_knows(string given, string since, string before)
    {
        Assert.True(NgsiLdVersion.TryParse(since, out var first));
        var newest = Show(given, new());
        Assert.Equal((newest.Text, false), Show(given, new() { Version = first }));
        Assert.Equal(
            ("{\"id\":\"urn:x:1\",\"type\":\"T\"," + before + "}", true),
            Show(given, new() { Version = first with { Minor = first.Minor - 1 } }));
    }

    /// <summary>In each of the forms, as version 1.2 is shown it.</summary>
    public static TheoryData<string, string, string> Forms => new()
    {
        { "\"l\":{\"languageMap\":{\"en\":\"a\"}}", "\"l\":{\"value\":{\"en\":\"a\"}}", "\"l\":{\"en\":\"a\"}" },
        { "\"j\":{\"json\":" + Point + "}", "\"j\":{\"type\":\"Property\",\"value\":" + Point + "}", "\"j\":" + Point },
        { "\"v\":{\"vocab\":\"a\"}", "\"v\":{\"value\":\"a\"}", "\"v\":\"a\"" },
        { "\"r\":{\"objectList\":[\"urn:a:1\"]}", "\"r\":{\"object\":[\"urn:a:1\"]}", "\"r\":[\"urn:a:1\"]" },
        { "\"p\":[{\"value\":1,\"datasetId\":\"urn:d:1\"},{\"value\":2}]", "\"p\":2", "\"p\":2" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_falls_back(string given, string concise, string simplified)
    {
        const string Start = "{\"id\":\"urn:x:1\",\"type\":\"T\",";
        var asked = new Representation { Version = new(1, 2) };
        Assert.Equal(Start + concise + "}", Show(given, asked with { Format = EntityFormat.Concise }).Text);
        Assert.Equal(Start + simplified + "}", Show(given, asked with { Format = EntityFormat.Simplified }).Text);
    }

    [Fact]
    public void Of_several_types_old_versions_are_shown_the_first()
    {
        const string Given = """{"id":"urn:x:1","type":["A","B"]}""";
        Assert.Equal(("""{"id":"urn:x:1","type":["A","B"]}""", false), Show(Reading.Reading.Entity(Given), new() { Version = new(1, 3) }));
        Assert.Equal(("""{"id":"urn:x:1","type":"A"}""", true), Show(Reading.Reading.Entity(Given), new() { Version = new(1, 0) }));
    }

    [Fact]
    public void The_end_of_what_is_transient_is_a_member_since_1_9()
    {
        const string Given = "\"expiresAt\":\"2030-01-01T00:00:00Z\",\"p\":{\"value\":1,\"expiresAt\":\"2029-01-01T00:00:00Z\"}";
        var asked = new Representation { SysAttrs = true };
        Assert.Contains("2029-01-01", Show(Given, asked with { Version = new(1, 9) }).Text, StringComparison.Ordinal);
        Assert.Equal(
            ("""{"id":"urn:x:1","type":"T","p":{"type":"Property","value":1}}""", true), Show(Given, asked with { Version = new(1, 8) }));
        // What is not asked for is not missed.
        Assert.False(Show(Given, new() { Version = new(1, 8) }).Altered);
    }

    [Fact]
    public void Versions_still_to_come_are_shown_all()
    {
        const string Given = "\"scope\":[\"/A\"],\"v\":{\"vocab\":\"a\",\"valueType\":\"T\"}";
        foreach (var version in (NgsiLdVersion[])[new(1, 9), new(1, 10), new(2, 0)])
        {
            Assert.Equal((Show(Given, new()).Text, false), Show(Given, new() { Version = version }));
        }
    }

    [Fact]
    public void Changes_fall_back_as_well()
    {
        var before = PackedEntity.Pack(Reading.Reading.EntityWith("\"l\":{\"languageMap\":{\"en\":\"a\"}},\"p\":[{\"value\":1},{\"value\":2,\"datasetId\":\"urn:d:1\"}]").Value);
        var after = PackedEntity.Pack(Reading.Reading.EntityWith("\"l\":{\"languageMap\":{\"en\":\"b\"}},\"p\":[{\"value\":1}]").Value);
        var change = new EntityChange
        {
            EntityId = "urn:x:1",
            Before = before,
            After = after,
            At = DateTimeOffset.UnixEpoch,
            Attributes = [
                new(Writing.Default + "l", null, AttributeChangeKind.Updated),
                new(Writing.Default + "p", "urn:d:1", AttributeChangeKind.Deleted)],
        };
        var output = new ArrayBufferWriter<byte>();
        EntityWriter.WriteChange(change, true, new() { Version = new(1, 2) }, Context.Core, output);
        Assert.Equal(
            """{"id":"urn:x:1","type":"T","l":{"type":"Property","value":{"en":"b"},"previousValue":{"en":"a"}},"p":{"type":"Property","value":1}}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static (string Text, bool Altered) Show(string members, Representation asked) => Show(Reading.Reading.EntityWith(members), asked);

    private static (string Text, bool Altered) Show(Result<Entity> read, Representation asked)
    {
        var output = new ArrayBufferWriter<byte>();
        var altered = EntityWriter.Write(PackedEntity.Pack(read.Value), asked, Context.Core, output).IsAltered;
        return (Encoding.UTF8.GetString(output.WrittenSpan), altered);
    }
}
