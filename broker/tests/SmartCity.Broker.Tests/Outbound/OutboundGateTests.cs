using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SmartCity.Broker.Outbound;
using Xunit;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>Connections under a policy. 127.0.0.1 stands for what may be reached, and 127.0.0.2 for what may not.</summary>
public sealed class OutboundGateTests
{
    private const string Allowed = "127.0.0.1";
    private const string Denied = "127.0.0.2";

    private static readonly OutboundSettings Settings = new() { Allow = Allowed, ConnectTimeout = TimeSpan.FromSeconds(5) };

    [Theory]
    [InlineData("city.example", Denied, "city.example leads to a loopback address, which the setting Outbound:Allow does not name")]
    [InlineData("city.example", "10.0.0.7", "city.example leads to a private address, which the setting Outbound:Allow does not name")]
    [InlineData("city.example", "169.254.169.254", "city.example leads to a link-local address, which the setting Outbound:Allow does not name")]
    [InlineData("city.example", "::ffff:127.0.0.2", "city.example leads to a loopback address, which the setting Outbound:Allow does not name")]
    [InlineData(Denied, Denied, "127.0.0.2 is a loopback address, which the setting Outbound:Allow does not name")]
    public async Task A_name_that_leads_to_a_forbidden_address_is_not_connected_to(string host, string address, string reason)
    {
        await using var server = RawServer.Answering(RawServer.Ok("{}"), Denied);
        using var client = new Names().Add(host, address).Gate(Settings).CreateClient(OutboundUse.ContextSources);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, $"http://{host}:{server.Port}/"));

        Assert.IsType<OutboundDeniedException>(failure.InnerException);
        Assert.Equal(reason, OutboundGate.Reason(failure));
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Of_several_addresses_those_that_are_allowed_are_tried()
    {
        await using var forbidden = RawServer.Answering(RawServer.Ok("no"), Denied);
        await using var server = RawServer.Answering(RawServer.Ok("yes"), Allowed, forbidden.Port);
        using var client = new Names().Add("city.example", Denied, "10.0.0.1", Allowed).Gate(Settings).CreateClient(OutboundUse.ContextSources);

        Assert.Equal("yes", await GetAsync(client, $"http://city.example:{server.Port}/"));
        Assert.Equal(0, forbidden.Connections);
    }

    [Fact]
    public async Task What_was_looked_at_is_what_is_connected_to()
    {
        await using var forbidden = RawServer.Answering(RawServer.Ok("no"), Denied);
        await using var server = RawServer.Answering(RawServer.Ok("yes"), Allowed, forbidden.Port);
        // Rebinding: whoever asks twice is told something else the second time.
        var names = new Names().Add("city.example", Allowed).Add("city.example", Denied);
        using var client = names.Gate(Settings).CreateClient(OutboundUse.ContextSources);
        var url = $"http://city.example:{server.Port}/";

        Assert.Equal("yes", await GetAsync(client, url));
        Assert.Equal(1, names.Asked("city.example"));
        // The server has closed the connection: the next one is looked at again.
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, url));
        Assert.Equal(0, forbidden.Connections);
    }

    [Fact]
    public async Task A_kept_connection_is_looked_at_once()
    {
        await using var server = new RawServer(async (_, stream, stop) =>
        {
            for (var request = new byte[4096]; ;)
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
                if (await stream.ReadAsync(request, stop) == 0) return;
            }
        });
        var names = new Names().Add("city.example", Allowed);
        using var client = names.Gate(Settings).CreateClient(OutboundUse.Notifications);

        for (var i = 0; i < 10; i++) await GetAsync(client, $"http://city.example:{server.Port}/");

        Assert.Equal((1, 1), (names.Asked("city.example"), server.Connections));
    }

    [Fact]
    public async Task A_connection_that_has_grown_old_makes_way_for_one_that_is_looked_at_again()
    {
        await using var forbidden = RawServer.Answering(RawServer.Ok("no"), Denied);
        await using var server = new RawServer(
            async (_, stream, stop) =>
            {
                for (var request = new byte[4096]; ;)
                {
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
                    if (await stream.ReadAsync(request, stop) == 0) return;
                }
            },
            Allowed, forbidden.Port);
        using var client = new Names().Add("city.example", Allowed).Add("city.example", Denied)
            .Gate(Settings with { Lifetime = TimeSpan.FromMilliseconds(50) }).CreateClient(OutboundUse.Notifications);
        var url = $"http://city.example:{server.Port}/";

        await GetAsync(client, url);
        await Task.Delay(200);

        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, url));
        Assert.Equal(0, forbidden.Connections);
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var server = RawServer.Answering(RawServer.Redirect("http://127.0.0.1:1/"));
        using var client = new Names().Gate(Settings).CreateClient(OutboundUse.ContextSources);
        using var response = await client.SendAsync(new(HttpMethod.Get, server.Address), default);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task A_scheme_that_is_not_allowed_is_not_connected_to()
    {
        await using var server = RawServer.Answering(RawServer.Ok("no"));
        using var client = new Names().Gate(Settings with { Schemes = "https" }).CreateClient(OutboundUse.Notifications);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, server.Address.ToString()));

        Assert.Equal("http is not among what the setting Outbound:Schemes allows", OutboundGate.Reason(failure));
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Large_headers_end_the_request()
    {
        var gate = new Names().Gate(Settings with { HeaderBytes = 2048 });
        await using var small = RawServer.Answering(RawServer.Ok("yes", $"X: {new string('x', 1500)}\r\n"));
        await using var large = RawServer.Answering(RawServer.Ok("no", $"X: {new string('x', 3000)}\r\n"));
        await using var endless = new RawServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), stop);
            while (!stop.IsCancellationRequested) await stream.WriteAsync("X: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"u8.ToArray(), stop);
        });
        await using var early = new RawServer(async (_, stream, stop) =>
        {
            while (!stop.IsCancellationRequested) await stream.WriteAsync("HTTP/1.1 103 Early Hints\r\n\r\n"u8.ToArray(), stop);
        });
        using var client = gate.CreateClient(OutboundUse.ContextSources);

        Assert.Equal("yes", await GetAsync(client, small.Address.ToString()));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, large.Address.ToString()));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, endless.Address.ToString()));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, early.Address.ToString()));
    }

    public static TheoryData<string, Func<string, NetworkStream, CancellationToken, Task>> Slow => new()
    {
        { "silent", (_, _, stop) => Task.Delay(Timeout.Infinite, stop) },
        { "dripping headers", (_, stream, stop) => DripAsync(stream, "HTTP/1.1 200 OK\r\nX: ", stop) },
        { "dripping body", (_, stream, stop) => DripAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", stop) },
    };

    [Theory]
    [MemberData(nameof(Slow))]
    public async Task The_callers_deadline_ends_what_does_not_end_by_itself(string what, Func<string, NetworkStream, CancellationToken, Task> answer)
    {
        await using var server = new RawServer(answer);
        using var client = new Names().Gate(Settings).CreateClient(OutboundUse.ContextSources);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        var reading = GetAsync(client, server.Address.ToString(), deadline.Token);

        Assert.True(await Task.WhenAny(reading, Task.Delay(30_000)) == reading, what);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Connections_are_limited_and_those_that_are_closed_make_room()
    {
        var release = new TaskCompletionSource();
        await using var held = new RawServer(async (_, stream, stop) =>
        {
            await release.Task.WaitAsync(stop);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(RawServer.Ok("first")), stop);
        });
        await using var other = RawServer.Answering(RawServer.Ok("second"));
        var gate = new Names().Gate(Settings with { Connections = 1 });
        using var client = gate.CreateClient(OutboundUse.ContextSources);
        using var otherUse = gate.CreateClient(OutboundUse.Contexts);

        var first = GetAsync(client, held.Address.ToString());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(client, other.Address.ToString()));
        Assert.Equal(0, other.Connections);
        Assert.Equal("second", await GetAsync(otherUse, other.Address.ToString()));
        release.SetResult();
        Assert.Equal("first", await first);
        // However it ends, a connection gives its place back.
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(client, "http://127.0.0.1:1/"));
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetAsync(client, $"http://{Denied}:1/"));
            Assert.Equal("second", await GetAsync(client, other.Address.ToString()));
        }

        // It waits for the rest of a request while TLS waits for its greeting.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(client, $"https://{Allowed}:{other.Port}/"));
        Assert.Equal("second", await GetAsync(client, other.Address.ToString()));
    }

    [Fact]
    public async Task Connections_to_one_server_are_limited()
    {
        var atOnce = 0;
        var most = 0;
        await using var server = new RawServer(async (_, stream, stop) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Delay(50, stop);
            Interlocked.Decrement(ref atOnce);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(RawServer.Ok("yes")), stop);
        });
        using var client = new Names().Gate(Settings with { ConnectionsPerServer = 2 }).CreateClient(OutboundUse.ContextSources);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => GetAsync(client, server.Address.ToString())));

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task Connecting_is_limited_in_time()
    {
        using var hangs = new ManualResetEventSlim();
        var settings = Settings with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        var lookup = new HostLookup(settings, _ =>
        {
            hangs.Wait();
            return [];
        });
        var gate = new OutboundGate(OutboundPolicy.From(settings, isDevelopment: false).Value, settings, lookup);
        using var client = gate.CreateClient(OutboundUse.ContextSources);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GetAsync(client, "http://city.example/"));
        hangs.Set();
    }

    [Fact]
    public async Task TLS_is_agreed_on_with_the_name_and_the_certificate_is_checked()
    {
        using var key = ECDsa.Create();
        using var made = new CertificateRequest("CN=city.example", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Names().Add("city.example", Allowed).Gate(Settings).CreateClient(OutboundUse.ContextSources);

        var asking = GetAsync(client, $"https://city.example:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        await using var tls = new SslStream((await listener.AcceptTcpClientAsync()).GetStream());
        var agreeing = tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => asking);
        await Record.ExceptionAsync(() => agreeing);

        Assert.IsType<AuthenticationException>(failure.InnerException);
        Assert.Equal("city.example", tls.TargetHostName);
    }

    [Fact]
    public async Task A_forbidden_host_is_told_once()
    {
        var told = new List<string>();
        using var client = new Names().Add("a.example", "10.0.0.1").Gate(Settings with { Denied = told.Add }).CreateClient(OutboundUse.ContextSources);

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, "http://a.example/"));
            await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, "http://10.0.0.2/"));
        }

        Assert.Equal(
            [
                "a.example leads to a private address, which the setting Outbound:Allow does not name",
                "10.0.0.2 is a private address, which the setting Outbound:Allow does not name",
            ],
            told);
    }

    [Fact]
    public async Task The_operators_proxy_makes_the_connections()
    {
        string? asked = null;
        await using var proxy = new RawServer(async (head, stream, stop) =>
        {
            asked = head;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(RawServer.Ok("by proxy")), stop);
        });
        // Whoever names a proxy trusts it to be where it is.
        using var client = new Names().Gate(Settings with { Allow = "", Proxy = proxy.Address.ToString() }).CreateClient(OutboundUse.ContextSources);

        Assert.Equal("by proxy", await GetAsync(client, "http://city.example/a"));
        Assert.StartsWith("GET http://city.example/a HTTP/1.1", asked, StringComparison.Ordinal);
        foreach (var url in new[] { "http://127.0.0.1/", "http://localhost:1026/", "http://10.0.0.1/", "http://user@city.example/" })
        {
            var failure = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, url));
            Assert.IsType<OutboundDeniedException>(failure.InnerException);
        }

        Assert.Equal(1, proxy.Connections);
    }

    private static async Task<string> GetAsync(HttpMessageInvoker client, string url, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await client.SendAsync(request, cancellation);
        return await response.Content.ReadAsStringAsync(cancellation);
    }

    private static async Task DripAsync(NetworkStream stream, string head, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop);
        while (!stop.IsCancellationRequested)
        {
            await stream.WriteAsync("x"u8.ToArray(), stop);
            await Task.Delay(20, stop);
        }
    }
}
