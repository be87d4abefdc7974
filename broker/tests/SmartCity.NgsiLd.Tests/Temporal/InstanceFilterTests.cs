using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Temporal;

/// <summary>Which Entities q means by their instances, which instances are shown, and when a scope held (ETSI GS CIM 009 5.7.4.4).</summary>
public class InstanceFilterTests
{
    // speed 10, 60, 90; brand Fiat.
    public static TheoryData<string, bool, string> Queries => new()
    {
        { "speed", true, "10 60 90 \"Fiat\"" },
        { "load", false, "" },
        { "speed>50", true, "60 90 \"Fiat\"" },
        { "speed>100", false, "" },
        { "speed!=60", true, "10 90 \"Fiat\"" },
        // Each condition is met by some instance, and none meets both.
        { "speed>80;speed<20", true, "\"Fiat\"" },
        { "speed>80|speed<20", true, "10 90 \"Fiat\"" },
        { "speed>80|brand==\"Fiat\"", true, "10 60 90 \"Fiat\"" },
        { "speed>80;brand==\"Fiat\"", true, "90 \"Fiat\"" },
        { "speed>80;brand==\"Tesla\"", false, "" },
        { "id==\"urn:x:1\";speed<20", true, "10 \"Fiat\"" },
        { "id==\"urn:x:2\"", false, "" },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public void Instances_meet_q_one_by_one(string q, bool holds, string shown)
    {
        var filter = InstanceFilter.Of(QParser.Parse(q, Context.Core).Value, null).Value!;
        var match = filter.Begin(new("urn:x:1", [], default, default, null));
        var instances = new[] { Instance("speed", "10"), Instance("speed", "60"), Instance("speed", "90"), Instance("brand", "\"Fiat\"") };
        foreach (var instance in instances) match.See(instance);

        Assert.Equal(holds, match.Holds);
        if (holds) Assert.Equal(shown, string.Join(' ', instances.Where(instance => match.Shows(instance)).Select(instance => System.Text.Encoding.UTF8.GetString(instance.Value))));
    }

    [Fact]
    public void Links_are_not_followed() =>
        Assert.Equal(NgsiLdErrorKind.BadRequestData, InstanceFilter.Of(QParser.Parse("speed;owner{age}>5", Context.Core).Value, null).Error?.Kind);

    [Theory]
    [InlineData("/a", 0, 100, true, "10 11 19")]
    [InlineData("/a", 0, 10, false, "10 11 19")]
    [InlineData("/a", 15, 16, true, "10 11 19")]
    [InlineData("/a", 20, 100, false, "10 11 19")]
    [InlineData("/b", 50, 100, true, "20 29 30")]
    [InlineData("/c", 0, 100, false, "")]
    public void A_scope_holds_until_the_next_one(string scopeQ, long from, long to, bool holds, string at)
    {
        var timeline = new ScopeTimeline(ScopeQueryParser.Parse(scopeQ).Value);
        timeline.Add(10, Instance("scope", "\"/a\""));
        timeline.Add(20, Instance("scope", "[\"/b\",\"/d\"]"));

        Assert.Equal(holds, timeline.HoldsIn(from, to));
        Assert.Equal(at, string.Join(' ', new[] { 9, 10, 11, 19, 20, 29, 30 }.Where(ticks => timeline.HoldsAt(ticks))));
    }

    [Fact]
    public void A_deleted_scope_holds_nowhere()
    {
        var timeline = new ScopeTimeline(ScopeQueryParser.Parse("/#").Value);
        timeline.Add(long.MinValue, Instance("scope", "\"/a\""));
        timeline.Add(20, Instance("scope", "\"urn:ngsi-ld:null\""));

        Assert.Equal((true, false), (timeline.HoldsAt(0), timeline.HoldsAt(20)));
    }

    private static PackedAttribute Instance(string name, string json) => PackedEntity.Pack(new Entity
    {
        Id = "urn:x:1",
        Types = [],
        Attributes = [new Property { Name = Context.Core.Expand(name), Value = JsonValue.Of(json) }],
    }).Attributes.First;
}
