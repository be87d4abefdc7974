using Xunit;

namespace SmartCity.NgsiLd.Tests;

// ETSI GS CIM 009 4.3.6.8
public class NgsiLdVersionTests
{
    [Theory]
    [InlineData("1.0", "1.0")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.9", "1.9")]
    [InlineData("1.10", "1.9")]
    [InlineData("2.0", "1.9")]
    public void An_answer_conforms_to_the_version_or_to_the_newest_one(string asked, string conformant)
    {
        Assert.True(NgsiLdVersion.TryParse(asked, out var version));
        Assert.Equal(asked, version.ToString());
        Assert.Equal(conformant, version.Conformant.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("0.9")]
    [InlineData("1.5.1")]
    [InlineData("-1.5")]
    [InlineData("1.5 ")]
    [InlineData("v1.5")]
    [InlineData("99999999.1")]
    public void Other_text_is_no_version(string text) => Assert.False(NgsiLdVersion.TryParse(text, out _));
}
