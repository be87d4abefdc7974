using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Linking;

/// <summary>What follows more links than Linked Entity retrieval does is refused (ETSI GS CIM 009 5.7.1.4, 5.7.2.4).</summary>
public class JoinTests
{
    [Theory]
    [InlineData("a", JoinKind.None, 1, true)]
    [InlineData("a.b==1;c", JoinKind.None, 1, true)]
    [InlineData("a{b}", JoinKind.None, 1, false)]
    [InlineData("a{b}", JoinKind.None, 5, false)]
    [InlineData("a{b}", JoinKind.Inline, 1, true)]
    [InlineData("a{T:b}==1", JoinKind.Flat, 1, true)]
    [InlineData("a{b{c}}==1", JoinKind.Flat, 1, false)]
    [InlineData("x|(y;a{b{c}}==1)", JoinKind.Flat, 1, false)]
    [InlineData("x|(y;a{b{c}}==1)", JoinKind.Flat, 2, true)]
    public void A_query_may_follow_as_many_links_as_are_joined(string q, JoinKind kind, int level, bool allowed)
    {
        var refusal = new Join { Kind = kind, Level = level }.Refuse(QParser.Parse(q, Context.Core).Value);
        Assert.Equal(allowed ? null : NgsiLdErrorKind.BadRequestData, refusal?.Kind);
    }

    [Theory]
    [InlineData("a", null, JoinKind.None, 1, null)]
    [InlineData("a{b}", null, JoinKind.None, 1, "pick follows linked Entities, which needs join=inline or join=flat")]
    [InlineData(null, "x,a{b}", JoinKind.None, 1, "omit follows linked Entities, which needs join=inline or join=flat")]
    [InlineData("a{b}", "a{c}", JoinKind.Inline, 1, null)]
    [InlineData("a{b{c}}", null, JoinKind.Inline, 1, "pick is too deep: it follows 2 links one after another, and joinLevel is 1")]
    [InlineData(null, "a{b{c|d{e}}}", JoinKind.Flat, 2, "omit is too deep: it follows 3 links one after another, and joinLevel is 2")]
    [InlineData("a{b{c}}", null, JoinKind.Flat, 2, null)]
    public void A_projection_may_follow_as_many_links_as_are_joined(string? pick, string? omit, JoinKind kind, int level, string? detail) =>
        Assert.Equal(detail, new Join { Kind = kind, Level = level }.Refuse(new Extent(Graph.Project(pick), Graph.Project(omit)))?.Detail);

    [Theory]
    [InlineData("inline", JoinKind.Inline)]
    [InlineData("flat", JoinKind.Flat)]
    [InlineData("@none", JoinKind.None)]
    [InlineData("Inline", null)]
    [InlineData("", null)]
    public void The_kinds_have_words(string word, JoinKind? kind)
    {
        Assert.Equal(kind, Join.KindOf(word));
        if (kind is { } known) Assert.Equal(word, Join.WordOf(known));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(4, null)]
    [InlineData(5, NgsiLdErrorKind.TooComplexQuery)]
    [InlineData(0, NgsiLdErrorKind.BadRequestData)]
    [InlineData(-1, NgsiLdErrorKind.BadRequestData)]
    [InlineData(1.5, NgsiLdErrorKind.BadRequestData)]
    public void A_level_is_a_positive_integer_up_to_a_limit(double level, NgsiLdErrorKind? kind) =>
        Assert.Equal(kind, Join.Refuse(level, 4, "joinLevel")?.Kind);

    [Fact]
    public void Joins_are_values()
    {
        Assert.Equal(new Join { Kind = JoinKind.Flat, ContainedBy = ["urn:a"] }, new Join { Kind = JoinKind.Flat, ContainedBy = ["urn:a"] });
        Assert.NotEqual(Join.None with { ContainedBy = ["urn:a"] }, Join.None);
    }
}
