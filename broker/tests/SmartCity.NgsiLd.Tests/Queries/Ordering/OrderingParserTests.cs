using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries.Ordering;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries.Ordering;

public sealed class OrderingParserTests
{
    private const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    [Theory]
    [InlineData("name", "name Ascending")]
    [InlineData("name,age", "name Ascending, age Ascending")]
    [InlineData("name,age;desc", "name Ascending, age Descending")]
    [InlineData(" name ; asc , age ;desc ", "name Ascending, age Descending")]
    [InlineData("address[city]", "address [city] Ascending")]
    [InlineData("address[geo.city];desc", "address [geo.city] Descending")]
    [InlineData("name.observedAt", "name.observedAt Ascending")]
    [InlineData("name.accuracy.unitCode;desc", "name.accuracy.unitCode Descending")]
    [InlineData("id", "id Ascending")]
    [InlineData("type;desc,scope", "type Descending, scope Ascending")]
    [InlineData("createdAt;desc,modifiedAt,expiresAt", "createdAt Descending, modifiedAt Ascending, expiresAt Ascending")]
    public void The_language_of_the_standard_is_read(string text, string expected)
    {
        var ordering = OrderingParser.Parse(text, null, null, null, Context.Core).Value;
        Assert.Equal(expected, string.Join(", ", ordering.Terms.Select(Text)));
        Assert.Equal("und", ordering.Collation.Tag);
    }

    [Theory]
    [InlineData("[8,40]", null, "Point")]
    [InlineData("[8,40]", "Point", "Point")]
    [InlineData("[[8,40],[9,42],[9,45],[8,40]]", "LineString", "LineString")]
    [InlineData("[[[8,40],[9,42],[9,45],[8,40]]]", "Polygon", "Polygon")]
    public void Distances_have_a_reference(string from, string? geometry, string type)
    {
        var ordering = OrderingParser.Parse("location;dist-asc,location;dist-desc", null, from, geometry, Context.Core).Value;
        Assert.Equal([OrderDirection.Nearest, OrderDirection.Farthest], ordering.Terms.Select(term => term.Direction));
        Assert.Equal(type, ordering.Reference!.GeometryType);
    }

    [Theory]
    [InlineData("", "a name is expected")]
    [InlineData("name,", "a name is expected")]
    [InlineData("name;", "a direction is asc, desc, dist-asc or dist-desc")]
    [InlineData("name;up", "a direction is asc, desc, dist-asc or dist-desc")]
    [InlineData("name;asc;desc", "a direction is asc, desc, dist-asc or dist-desc")]
    [InlineData("name desc", "'d' is not expected")]
    [InlineData("1name", "a name is expected")]
    [InlineData("address[", "the name of a member")]
    [InlineData("owner{name}", "does not follow links")]
    public void What_is_no_ordering_is_refused_with_the_place(string text, string reason)
    {
        var error = OrderingParser.Parse(text, null, null, null, Context.Core).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.StartsWith("orderBy is not valid at position ", error.Detail, StringComparison.Ordinal);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("location;dist-asc", null, null, "orderFrom is missing")]
    [InlineData("location;dist-asc", "8,40", null, "orderFrom is not valid")]
    [InlineData("location;dist-asc", "[8]", null, "orderFrom is not valid")]
    [InlineData("location;dist-asc", "[8,40]", "LineString", "orderFrom is not valid")]
    [InlineData("location;dist-asc", "[8,40]", "Circle", "orderGeometry is not valid")]
    [InlineData("location;dist-asc", "[]", "GeometryCollection", "orderGeometry is not valid")]
    [InlineData("name", "[8", null, "orderFrom is not valid")]
    public void A_reference_that_is_missing_or_wrong_is_named(string text, string? from, string? geometry, string reason)
    {
        var error = OrderingParser.Parse(text, null, from, geometry, Context.Core).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_terms_are_too_complex() => Assert.Equal(
        NgsiLdErrorKind.TooComplexQuery,
        OrderingParser.Parse(string.Join(',', Enumerable.Repeat("a", 17)), null, null, null, Context.Core).Error!.Kind);

    private static string Text(OrderingTerm term)
    {
        var names = string.Join('.', term.Path.Names.Select(name => name.Replace(Vocabulary, "", StringComparison.Ordinal)));
        var trailing = term.Path.Trailing.IsEmpty ? "" : $" [{string.Join('.', term.Path.Trailing)}]";
        return $"{names}{trailing} {term.Direction}";
    }
}
