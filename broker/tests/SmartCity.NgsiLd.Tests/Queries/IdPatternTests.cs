using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

public class IdPatternTests
{
    [Theory]
    [InlineData("^urn:ngsi-ld:Car:.*", "urn:ngsi-ld:Car:")]
    [InlineData("^urn:ngsi-ld:Car:7$", "urn:ngsi-ld:Car:7")]
    [InlineData("^urn:a", "urn:a")]
    [InlineData("^urn:a*", "urn:")]
    [InlineData("^urn:a?b", "urn:")]
    [InlineData("^urn:a{0,2}", "urn:")]
    [InlineData("^urn:a+", "urn:a")]
    [InlineData("^urn:[ab]", "urn:")]
    [InlineData("^urn:(a|b)", "")]
    [InlineData("^urn:a|x", "")]
    [InlineData(@"^urn\.a", "urn")]
    [InlineData("^.*", "")]
    [InlineData("^", "")]
    [InlineData("urn:a", "")]
    [InlineData("", "")]
    public void Its_prefix_is_what_every_id_begins_with(string text, string prefix) =>
        Assert.Equal(prefix, IdPattern.Parse(text).Value.Prefix);
}
