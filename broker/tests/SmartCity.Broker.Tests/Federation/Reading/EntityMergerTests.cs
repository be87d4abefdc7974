using SmartCity.Broker.Federation.Reading;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Reading;

public sealed class EntityMergerTests
{
    [Theory]
    // One part is the Entity.
    [InlineData("A : a=1", "A : a=1")]
    // Attributes of several are united, and so are types, scopes and instances.
    [InlineData("A : a=1; b=2", "A : a=1", "A : b=2")]
    [InlineData("A,B /x /y : a=1", "A /x : a=1", "B,A /y /x")]
    [InlineData("A : a=1; a@urn:d=2", "A : a=1", "A : a@urn:d=2")]
    // 4.5.5.3: the most recent observedAt, else the most recent modifiedAt, else the first.
    [InlineData("A : a=2 o5", "A : a=1 o4", "A : a=2 o5")]
    [InlineData("A : a=1 o5 m1", "A : a=1 o5 m1", "A : a=2 o4 m9")]
    [InlineData("A : a=2 m5", "A : a=1 m4", "A : a=2 m5")]
    [InlineData("A : a=2 o1 m4", "A : a=1 m5", "A : a=2 o1 m4")]
    [InlineData("A : a=2 o1 m5", "A : a=1 o1 m4", "A : a=2 o1 m5")]
    [InlineData("A : a=1 o1 m4", "A : a=1 o1 m4", "A : a=2 o1 m4")]
    [InlineData("A : a=2 o1 m4", "A : a=1 o1 m4 !20", "A : a=2 o1 m4")]
    // What has expired is out of it.
    [InlineData("A : a=1 o1", "A : a=1 o1", "A : a=2 o5 !9")]
    [InlineData("A : a=2 o5 !11", "A : a=1 o1", "A : a=2 o5 !11")]
    [InlineData("A : a=1", "A : a=1", "B !9 : b=2")]
    [InlineData("", "A !9 : a=1", "B !10 : b=2")]
    // 4.5.5.2: lives of Entities that differ become lives of Attributes; no longer ones.
    [InlineData("A : a=1; b=2 !20", "A : a=1", "A !20 : b=2")]
    [InlineData("A !30 : a=1 !20; b=2 !30", "A !20 : a=1", "A !30 : b=2")]
    [InlineData("A !20 : a=1; b=2 !15", "A !20 : a=1", "A !20 : b=2 !15")]
    [InlineData("A : a=1; b=2 !15; c=3 !20", "A : a=1", "A !20 : b=2 !15; c=3 !25")]
    // System times span all parts, as far as they are told.
    [InlineData("A c1 m7", "A c3 m7", "A c1 m5")]
    [InlineData("A c3 m7", "A c3 m7", "A")]
    // 4.3.6.2: what is auxiliary changes nothing that is elsewhere.
    [InlineData("A : a=1 o1; b=3", "A : a=1 o1", "A ~ : a=2 o9; b=3")]
    [InlineData("A : a=1", "A : a=1", "A ~ : a@urn:d=2")]
    [InlineData("A : a=2", "A ~ : a=2")]
    [InlineData("A : a=2 o2", "A ~ : a=1 o1", "A ~ : a=2 o2")]
    [InlineData("A !20 : a=1; b=2 !15", "A !20 : a=1", "A ~ !15 : b=2")]
    public void Parts_become_one_Entity(string merged, params string[] parts) =>
        Assert.Equal(merged, PartText.Write(EntityMerger.Merge([.. parts.Select(PartText.Part)], PartText.Ticks(10))));

    [Fact]
    public void An_Entity_of_one_part_is_that_part()
    {
        var part = PartText.Part("A : a=1");
        Assert.Same(part.Entity, EntityMerger.Merge([part], PartText.Ticks(10)));
    }

    [Fact]
    public void Several_scopes_are_an_array()
    {
        Entity merged = EntityMerger.Merge([PartText.Part("A /x"), PartText.Part("A /y")], 0)!;
        Assert.True(merged.ScopeIsArray);
    }
}
