using FsCheck;
using FsCheck.Fluent;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Tests.Contexts;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

public sealed class QueryWriterTests
{
    private static readonly Context Mapped = CompiledContext.Of(
        "{\"ex\":\"https://example.org/\",\"v\":\"https://example.org/v1.0/a#b\",\"speed\":\"https://example.org/other\"}");

    public static TheoryData<bool> Contexts => [false, true];

    [Theory]
    [InlineData("a;b|c", "a;b|c")]
    [InlineData("(a|b);c", "(a|b);c")]
    [InlineData("a;(b;c)|d", "a;(b;c)|d")]
    [InlineData(" speed > 50 ; brandName != Mercedes ", "speed>50;brandName!=\"Mercedes\"")]
    [InlineData("a~=^x.*;b", "a~=\"^x.*\";b")]
    [InlineData("r{T:b.c[d]}==1..2", "r{T:b.c[d]}==1..2")]
    [InlineData("https://example.org/v1.0/a==1", "https://example.org/v1.0/a==1")]
    [InlineData("<https://example.org/a>.b==1", "<https://example.org/a>.b==1")]
    public void Queries_are_written_as_plainly_as_they_can_be(string given, string written) =>
        Assert.Equal(written, QueryWriter.Write(QParser.Parse(given, Context.Core).Value, Context.Core));

    [Fact]
    public void Geo_queries_are_written_as_their_members()
    {
        var query = GeoQueryParser.Parse("near;maxDistance==2000", "Point", "[8, 40.5]", null, Context.Core).Value;
        Assert.Equal(new GeoQueryText("near;maxDistance==2000", "Point", "[8,40.5]", null), QueryWriter.Write(query, Context.Core));
    }

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Any_q_reads_back_equal(bool mapped) => Holds(GeneratedQueries.Q, mapped,
        (tree, context) => QParser.Parse(QueryWriter.Write(tree, context), context).Value == tree);

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Any_type_selection_reads_back_equal(bool mapped) => Holds(GeneratedQueries.Types, mapped,
        (tree, context) => TypeSelectionParser.Parse(QueryWriter.Write(tree, context), context).Value == tree);

    [Fact]
    public void Any_scope_query_reads_back_equal() => Holds(GeneratedQueries.Scopes, false,
        (tree, _) => ScopeQueryParser.Parse(QueryWriter.Write(tree)).Value == tree);

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Any_projection_reads_back_equal(bool mapped) => Holds(GeneratedQueries.Projections, mapped,
        (tree, context) => ProjectionParser.Parse(QueryWriter.Write(tree, context), context).Value == tree);

    [Theory]
    [MemberData(nameof(Contexts))]
    public void Any_geo_query_reads_back_equal(bool mapped) => Holds(GeneratedQueries.Geo, mapped, (query, context) =>
    {
        var text = QueryWriter.Write(query, context);
        return GeoQueryParser.Parse(text.GeoRel, text.Geometry, text.Coordinates, text.GeoProperty, context).Value == query;
    });

    private static void Holds<T>(Arbitrary<T> trees, bool mapped, Func<T, Context, bool> reads) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(trees, tree => reads(tree, mapped ? Mapped : Context.Core)));
}
