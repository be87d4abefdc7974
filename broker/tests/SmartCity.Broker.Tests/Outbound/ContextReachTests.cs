using System.Net.Sockets;
using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Outbound;
using SmartCity.Broker.Tests.Contexts;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using Xunit;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>A client that names an @context would have the broker fetch something else.</summary>
public sealed class ContextReachTests
{
    private const string Speed = """{"@context": {"speed": "https://example.org/speed"}}""";

    private static readonly OutboundSettings Settings = new() { Allow = "127.0.0.1", ConnectTimeout = TimeSpan.FromSeconds(20) };

    private static readonly Limits Small = Limits.Default with { ContextBytes = 10_000, ContextTimeout = TimeSpan.FromSeconds(30), Redirects = 3 };

    [Theory]
    [InlineData("http://127.0.0.2/", "127.0.0.2 is a loopback address, which the setting Outbound:Allow does not name")]
    [InlineData("http://2130706434/", "127.0.0.2 is a loopback address, which the setting Outbound:Allow does not name")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is a link-local address, which the setting Outbound:Allow does not name")]
    [InlineData("http://intranet.example/", "intranet.example leads to a private address, which the setting Outbound:Allow does not name")]
    [InlineData("http://user:password@127.0.0.1/", "its user information would not be sent")]
    [InlineData("http://unknown.example/", "(unknown.example:80)")]
    public async Task What_may_not_be_reached_is_not_available(string url, string reason)
    {
        var error = await RefusedAsync(url, new Names().Add("intranet.example", "10.0.0.1"));

        Assert.Contains(url, error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.2:{0}/", "127.0.0.2 is a loopback address")]
    [InlineData("http://0x7f.2:{0}/", "127.0.0.2 is a loopback address")]
    [InlineData("//127.0.0.2:{0}/", "127.0.0.2 is a loopback address")]
    [InlineData("http://169.254.169.254/", "169.254.169.254 is a link-local address")]
    [InlineData("http://intranet.example:{0}/", "intranet.example leads to a loopback address")]
    [InlineData("http://rebound.example:{0}/", "rebound.example leads to a loopback address")]
    [InlineData("https://user@intranet.example/", "its user information would not be sent")]
    [InlineData("file:///etc/passwd", "file is neither http nor https")]
    [InlineData("mqtt://127.0.0.1/t", "mqtt is neither http nor https")]
    public async Task A_redirect_is_looked_at_like_the_URL_itself(string location, string reason)
    {
        await using var forbidden = RawServer.Answering(RawServer.Ok(Speed), "127.0.0.2");
        await using var server = RawServer.Answering(
            RawServer.Redirect(string.Format(null, location, forbidden.Port)), "127.0.0.1", forbidden.Port);
        var names = new Names().Add("intranet.example", "127.0.0.2")
            .Add("rebound.example", "127.0.0.1").Add("rebound.example", "127.0.0.2");

        var error = await RefusedAsync($"http://rebound.example:{server.Port}/", names);

        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Equal((1, 0), (server.Connections, forbidden.Connections));
    }

    [Fact]
    public async Task A_page_that_points_to_its_context_is_looked_at_too()
    {
        await using var server = RawServer.Answering(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nLink: <http://10.0.0.1/>; rel=\"alternate\"; type=\"application/ld+json\"\r\n"
            + "Content-Length: 0\r\n\r\n");

        Assert.Contains("10.0.0.1 is a private address", await RefusedAsync(server.Address.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_leads_to_a_forbidden_one_is_not_available()
    {
        await using var server = RawServer.Answering(RawServer.Ok("""{"@context": ["http://10.0.0.1/c"]}"""));

        Assert.Contains("10.0.0.1 is a private address", await RefusedAsync(server.Address.ToString()), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Wicked => new()
    {
        { "loop", RawServer.Redirect("/"), "it is redirected more than 3 times" },
        { "large headers", RawServer.Ok(Speed, $"X: {new string('x', 50_000)}\r\n"), "exceeded the set limit of 32768 bytes" },
        { "a length that is a lie", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "it is larger than 10000 bytes" },
        { "chunks that end early", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n{", "is not available" },
        { "no HTTP", "220 mail.example ESMTP\r\n", "is not available" },
        { "nothing", "", "is not available" },
    };

    [Theory]
    [MemberData(nameof(Wicked))]
    public async Task A_wicked_server_is_told_of(string what, string answer, string reason)
    {
        await using var server = RawServer.Answering(answer);
        var error = await RefusedAsync(server.Address.ToString());

        Assert.True(error.Contains(reason, StringComparison.Ordinal), $"{what}: {error}");
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_in_time_is_told_of()
    {
        using var hangs = new ManualResetEventSlim();
        var settings = Settings with { ConnectTimeout = TimeSpan.FromMilliseconds(100) };
        var lookup = new HostLookup(settings, _ =>
        {
            hangs.Wait();
            return [];
        });
        var gate = new OutboundGate(OutboundPolicy.From(settings, isDevelopment: false).Value, settings, lookup);
        using var resolver = new ContextResolver(PreloadedContexts.None, MemoryContexts.Kept(), gate, Small, TimeProvider.System);

        var error = (await resolver.ResolveAsync(ContextReference.Link("http://slow.example/"), default)).Error!;

        Assert.Equal("The @context http://slow.example/ is not available: its server cannot be reached in time.", error.Detail);
        hangs.Set();
    }

    [Fact]
    public async Task Fetches_are_limited()
    {
        var (atOnce, most) = (0, 0);
        async Task Answer(string head, NetworkStream stream, CancellationToken stop)
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Delay(50, stop);
            Interlocked.Decrement(ref atOnce);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(RawServer.Ok(Speed)), stop);
        }

        await using var server = new RawServer(Answer);
        using var resolver = new ContextResolver(
            PreloadedContexts.None, MemoryContexts.Kept(), new Names().Gate(Settings), Small with { ContextFetches = 2 },
            TimeProvider.System);

        var all = await Task.WhenAll(Enumerable.Range(0, 10)
            .Select(i => resolver.ResolveAsync(ContextReference.Link($"{server.Address}{i}"), default).AsTask()));

        Assert.All(all, one => Assert.True(one.IsSuccess));
        Assert.Equal(2, most);
    }

    internal static async Task<string> RefusedAsync(string url, Names? names = null, Limits? limits = null)
    {
        using var resolver = new ContextResolver(
            PreloadedContexts.None, MemoryContexts.Kept(), (names ?? new()).Gate(Settings), limits ?? Small, TimeProvider.System);
        var error = (await resolver.ResolveAsync(ContextReference.Link(url), default)).Error;
        Assert.Equal(NgsiLdErrorKind.LdContextNotAvailable, error?.Kind);
        return error!.Detail;
    }
}
