using SmartCity.Broker.Federation.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>How a source's link to its next page is followed (ETSI GS CIM 009 6.3.10).</summary>
public class NextPageTests
{
    private const string Asked = "/entities?type=Lamp&options=sysAttrs&limit=100&offset=100";

    [Theory]
    [InlineData("</ngsi-ld/v1/entities?type=Lamp&options=sysAttrs&limit=100&offset=200>; rel=\"next\"", "type=Lamp&options=sysAttrs&limit=100&offset=200")]
    // Absolute, relative, or of a host that only the source's own network knows: it is asked where it was asked before.
    [InlineData("<http://10.0.0.1:9/x/entities?page=2&type=Lamp&options=sysAttrs&limit=100>; rel=next", "page=2&type=Lamp&options=sysAttrs&limit=100")]
    [InlineData("<?page=2>; rel=\"next\"", "page=2&type=Lamp&options=sysAttrs&limit=100")]
    // What the link does not say stays as it was, but for where the page begins.
    [InlineData("</entities?offset=200>; rel=\"next\"", "offset=200&type=Lamp&options=sysAttrs&limit=100")]
    [InlineData("<https://uri.etsi.org/c.jsonld>; rel=\"http://www.w3.org/ns/json-ld#context\", </entities?cursor=a%20b#here>; rel=\"next\"", "cursor=a%20b&type=Lamp&options=sysAttrs&limit=100")]
    [InlineData("</entities?limit=20&type=Lamp>; rel=\"prev\"", null)]
    [InlineData("</entities>; rel=\"next\"", null)]
    [InlineData("</entities?a=b c>; rel=\"next\"", null)]
    [InlineData("</entities?a=\u017e>; rel=\"next\"", null)]
    [InlineData(null, null)]
    public void A_link_says_how_the_next_page_is_asked_for(string? header, string? parameters) => Assert.Equal(parameters, NextPage.Of(header, Asked));

    [Theory]
    [InlineData("a=1&limit=100&b=2", "a=1&limit=1000&b=2")]
    [InlineData("limit=50&offset=50", "limit=50&offset=50")]
    [InlineData("cursor=limit=100", "cursor=limit=100")]
    public void Pages_grow_where_the_link_has_the_limit_that_was_asked_for(string parameters, string larger) =>
        Assert.Equal(larger, NextPage.WithLimit(parameters, 100, 1000));

    [Theory]
    [InlineData("type=A&limit=20&offset=20", "type=A&limit=1000&offset=20")]
    [InlineData("limit=20&page=2", "limit=20&page=2")]
    [InlineData("offset=20", "offset=20")]
    public void Pages_grow_that_the_source_has_made_where_an_offset_says_where_they_begin(string parameters, string larger) =>
        Assert.Equal(larger, NextPage.WithLimit(parameters, 0, 1000));
}
