using SmartCity.Broker.Host.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>ETSI GS CIM 009 6.3.5, RFC 8288.</summary>
public sealed class LinkHeaderTests
{
    private const string Rel = "http://www.w3.org/ns/json-ld#context";

    public static TheoryData<string, string?> Links => new()
    {
        { $"<http://a/c.jsonld>; rel=\"{Rel}\"; type=\"application/ld+json\"", "http://a/c.jsonld" },
        { $"<http://a/c.jsonld>;rel=\"{Rel}\";type=\"application/ld+json\"", "http://a/c.jsonld" },
        { $"<http://a/c.jsonld>; rel=\"{Rel}\"; type=\"application/ld+json", "http://a/c.jsonld" },
        { $"<http://a/c.jsonld>; rel=\"{Rel}", "http://a/c.jsonld" },
        { $"<http://a/c.jsonld>; rel={Rel}", "http://a/c.jsonld" },
        { $"< http://a/c.jsonld > ; type=\"application/ld+json\" ; REL = \"{Rel}\"", "http://a/c.jsonld" },
        { $"<http://a/next>; rel=\"next\", <http://a/c.jsonld>; rel=\"{Rel}\"", "http://a/c.jsonld" },
        { $"<http://a/c.jsonld>; rel=\"{Rel}\"; title=\"a, b\", <http://a/prev>; rel=prev", "http://a/c.jsonld" },
        { $"<http://a/c,d.jsonld>; rel=\"{Rel}\"", "http://a/c,d.jsonld" },
        { "<http://a/c.jsonld>; rel=\"profile\"", null },
        { "<http://a/c.jsonld>", null },
        { "http://a/c.jsonld", null },
        { "", null },
        { "<", null },
    };

    [Theory]
    [MemberData(nameof(Links))]
    public void A_context_is_found_however_clients_write_it(string header, string? expected) =>
        Assert.Equal(expected, LinkHeader.FindContext(header).Value);

    [Fact]
    public void It_is_found_in_any_of_several_headers() => Assert.Equal(
        "http://a/c",
        LinkHeader.FindContext(new(["<http://a/b>; rel=next", $"<http://a/c>; rel=\"{Rel}\""])).Value);

    [Theory]
    [InlineData("<not a uri>; rel=\"http://www.w3.org/ns/json-ld#context\"")]
    [InlineData("<c.jsonld>; rel=\"http://www.w3.org/ns/json-ld#context\"")]
    [InlineData("<http://a>; rel=\"http://www.w3.org/ns/json-ld#context\", <http://b>; rel=\"http://www.w3.org/ns/json-ld#context\"")]
    public void A_link_that_leads_nowhere_or_everywhere_is_refused(string header) =>
        Assert.False(LinkHeader.FindContext(header).IsSuccess);
}
