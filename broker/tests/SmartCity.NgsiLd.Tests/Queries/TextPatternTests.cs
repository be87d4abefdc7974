using System.Diagnostics;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

public sealed class TextPatternTests
{
    [Theory]
    [InlineData("^urn:ngsi-ld:Vehicle:[[:digit:]]+$", "urn:ngsi-ld:Vehicle:42", true)]
    [InlineData("^urn:ngsi-ld:Vehicle:[[:digit:]]+$", "urn:ngsi-ld:Vehicle:x", false)]
    [InlineData("Vehicle", "urn:ngsi-ld:Vehicle:42", true)]
    [InlineData(".*", "", true)]
    [InlineData("^[^[:space:]]+$", "a b", false)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[^]]$", "]", false)]
    [InlineData("^[a[]+$", "[a", true)]
    [InlineData("^[[:alpha:]_-]+$", "Ab_é-", true)]
    [InlineData("^[[.-.][=a=]]+$", "a-", true)]
    [InlineData(@"^\[x\]$", "[x]", true)]
    [InlineData(@"^[\d]+$", "12", true)]
    [InlineData("^(red|green)$", "green", true)]
    [InlineData("^a{2,3}$", "aaaa", false)]
    [InlineData("^[[:xdigit:]]{8}(-[[:xdigit:]]{4}){3}-[[:xdigit:]]{12}$", "123e4567-e89b-12d3-a456-426614174000", true)]
    [InlineData("a{x}", "a{x}", true)]
    public void Patterns_are_those_of_POSIX(string pattern, string text, bool matches) =>
        Assert.Equal(matches, TextPattern.Parse(pattern).Value.IsMatch(text));

    [Theory]
    [InlineData("(a", NgsiLdErrorKind.BadRequestData)]
    [InlineData("[a", NgsiLdErrorKind.BadRequestData)]
    [InlineData("[[:nonsense:]]", NgsiLdErrorKind.BadRequestData)]
    [InlineData("*a", NgsiLdErrorKind.BadRequestData)]
    [InlineData("(a)\\1", NgsiLdErrorKind.TooComplexQuery)]
    [InlineData("(?=a)b", NgsiLdErrorKind.TooComplexQuery)]
    [InlineData("((a{1000}){1000}){1000}", NgsiLdErrorKind.TooComplexQuery)]
    [InlineData("(\\w{1,30}){30}", NgsiLdErrorKind.TooComplexQuery)]
    [InlineData(".{99999999999}", NgsiLdErrorKind.TooComplexQuery)]
    [InlineData("[[:digit:]]{200,}", NgsiLdErrorKind.TooComplexQuery)]
    public void Patterns_that_cannot_run_are_refused(string pattern, NgsiLdErrorKind kind) =>
        Assert.Equal(kind, TextPattern.Parse(pattern).Error!.Kind);

    [Fact]
    public void A_pattern_has_a_size_limit()
    {
        Assert.Null(TextPattern.Parse(new string('a', TextPattern.MaxLength)).Error);
        Assert.Equal(NgsiLdErrorKind.TooComplexQuery, TextPattern.Parse(new string('a', TextPattern.MaxLength + 1)).Error!.Kind);
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*a){12}")]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [InlineData(".*a.{127}$")]
    public void No_pattern_explodes(string pattern)
    {
        var compiled = TextPattern.Parse(pattern).Value;
        var text = new string('a', 20_000) + "!";
        var watch = Stopwatch.StartNew();
        compiled.IsMatch(text);
        // A backtracking engine would outlive the sun.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_query_has_so_many_patterns_at_most()
    {
        var q = string.Join(';', Enumerable.Repeat("a~=x", 16));
        Assert.Null(QParser.Parse(q, Context.Core).Error);
        Assert.Equal(NgsiLdErrorKind.TooComplexQuery, QParser.Parse(q + ";a~=x", Context.Core).Error!.Kind);
    }

    [Fact]
    public void An_id_pattern_finds_its_text_anywhere()
    {
        var pattern = IdPattern.Parse("Vehicle:4").Value;
        Assert.True(pattern.Matches("urn:ngsi-ld:Vehicle:42"));
        Assert.False(pattern.Matches("urn:ngsi-ld:Vehicle:5"));
        Assert.Equal(IdPattern.Parse("Vehicle:4").Value, pattern);
    }
}
