namespace SmartCity.Mqtt.Tests;

public class TopicFilterTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/c", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("#", "a/b/c", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("+/b", "a/b", true)]
    [InlineData("+", "a/b", false)]
    [InlineData("+", "/b", false)]
    [InlineData("+/+", "/b", true)]
    [InlineData("/+/+/attrs", "/key/device/attrs", true)]
    [InlineData("/+/+/attrs", "/json/key/device/attrs", false)]
    [InlineData("/json/+/+/attrs", "/json/key/device/attrs", true)]
    [InlineData("/json/+/+/attrs/#", "/json/key/device/attrs/t", true)]
    [InlineData("a/+", "a/", true)]
    [InlineData("#", "$SYS/uptime", false)]
    [InlineData("+/uptime", "$SYS/uptime", false)]
    [InlineData("$SYS/#", "$SYS/uptime", true)]
    public void A_filter_matches_whole_levels(string filter, string topic, bool matches) =>
        Assert.Equal(matches, TopicFilter.Matches(filter, topic));

    [Theory]
    [InlineData("a/+/b/#", true)]
    [InlineData("+", true)]
    [InlineData("", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a#", false)]
    [InlineData("a/b+", false)]
    public void A_wildcard_stands_for_a_whole_level(string filter, bool valid) =>
        Assert.Equal(valid, TopicFilter.IsValid(filter));
}
