using SmartCity.Broker.Host.Http;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

public sealed class RouteTableTests
{
    private static readonly RouteTable Table = new(
    [
        Get("/a"),
        Get("/a/{x}"),
        new("PATCH", "/a/{x}", static _ => new(EmptyReply.NoContent)),
        Get("/a/{x}/b/{y}"),
        Get("/a/fixed"),
    ]);

    [Theory]
    [InlineData("/a", "")]
    [InlineData("/a/", "")]
    [InlineData("/a///", "")]
    [InlineData("/a/1", "1")]
    [InlineData("/a/1/", "1")]
    [InlineData("/a/1/b/2", "1 2")]
    [InlineData("/a/1/b/2/", "1 2")]
    [InlineData("/a/%2F/b/2", "%2F 2")]
    [InlineData("/a/fixed", "")]
    [InlineData("/", null)]
    [InlineData("", null)]
    [InlineData("/b", null)]
    [InlineData("/A", null)]
    [InlineData("/a/1/b", null)]
    [InlineData("/a/1/c/2", null)]
    [InlineData("/a/1/b/2/3", null)]
    public void A_path_finds_its_resource_and_its_variables(string path, string? variables)
    {
        var match = Table.Match(path);
        Assert.Equal(variables, match is { } found ? $"{path[found.First]} {path[found.Second]}".Trim() : null);
    }

    [Fact]
    public void A_resource_tells_its_verbs()
    {
        var resource = Table.Match("/a/1")!.Value.Resource;
        Assert.Equal("PATCH, GET, HEAD, OPTIONS", resource.Allow);
        Assert.Equal("application/json, application/ld+json, application/merge-patch+json", resource.AcceptPatch);
        Assert.Same(resource.Find("GET"), resource.Find("HEAD"));
        Assert.Null(resource.Find("PUT"));
    }

    [Fact]
    public void A_route_is_mapped_once() => Assert.Throws<ArgumentException>(() => new RouteTable([Get("/a"), Get("/a")]));

    private static Route Get(string pattern) => new("GET", pattern, static _ => new(EmptyReply.NoContent));
}
