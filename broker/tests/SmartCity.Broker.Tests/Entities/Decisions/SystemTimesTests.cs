using SmartCity.Broker.Entities;
using SmartCity.Broker.Entities.Decisions;
using Xunit;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Entities.Decisions;

// ETSI GS CIM 009 4.8: what is entered is created, what is written is modified, what is not touched stays.
public class SystemTimesTests
{
    private const string Before =
        """{"a":{"value":1,"b":{"value":1,"c":{"value":1}},"d":{"value":1}},"e":{"value":1}}""";

    [Theory]
    [InlineData("""{"a":{"value":2}}""", "a created modified! b created modified c created modified d created modified e created modified")]
    [InlineData("""{"a":{"value":1}}""", "a created modified! b created modified c created modified d created modified e created modified")]
    [InlineData("""{"a":{"value":1,"b":{"value":1,"c":{"value":2}}}}""", "a created modified! b created modified! c created modified! d created modified e created modified")]
    [InlineData("""{"a":{"value":1,"d":{"value":1,"n":{"value":1}}}}""", "a created modified! b created modified c created modified d created modified! n created! modified! e created modified")]
    [InlineData("""{"n":1}""", "a created modified b created modified c created modified d created modified e created modified n created! modified!")]
    public void A_merge_modifies_what_it_reaches(string fragment, string times)
    {
        var merge = new EntityMerge(Told.Id, default, Told.Fragment(fragment), MergeOptions.None);
        var after = merge.Decide(Told.Kept(Before), Told.Today).Value.After!.Unpack();
        Assert.Equal(times, string.Join(" ", after.Attributes.Select(Times)));
        Assert.Equal((Told.Yesterday, Told.Today), (after.CreatedAt, after.ModifiedAt));
    }

    [Theory]
    [InlineData("""{"a":{"value":2,"b":{"value":1,"c":{"value":1}}}}""", "a created modified! b created modified c created modified e created modified")]
    [InlineData("""{"a":{"value":2,"b":{"value":1}}}""", "a created modified! b created modified! e created modified")]
    public void An_update_compares_sub_attributes(string fragment, string times)
    {
        var update = new AttributesUpdate(Told.Id, default, Told.Fragment(fragment));
        Assert.Equal(times, string.Join(" ", update.Decide(Told.Kept(Before), Told.Today).Value.After!.Unpack().Attributes.Select(Times)));
    }

    // A name, then created and modified, with a ! where it is today.
    private static string Times(Attribute attribute) => string.Join(" ", [
        attribute.Name[Told.Vocabulary.Length..],
        attribute.CreatedAt == Told.Today ? "created!" : "created",
        attribute.ModifiedAt == Told.Today ? "modified!" : "modified",
        .. attribute.SubAttributes.Select(Times)]);
}
