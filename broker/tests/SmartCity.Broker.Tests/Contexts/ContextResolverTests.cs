using System.Text;
using Microsoft.AspNetCore.Http;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using Xunit;

namespace SmartCity.Broker.Tests.Contexts;

public sealed class ContextResolverTests : IAsyncLifetime
{
    private const string Speed = """{"@context": {"speed": "https://example.org/speed"}}""";

    private readonly SettableClock _clock = new();
    private ContextServer _server = null!;
    private ContextResolver _resolver = null!;

    public async Task InitializeAsync()
    {
        _server = await ContextServer.StartAsync();
        _resolver = new ContextResolver(PreloadedContexts.None, MemoryContexts.Kept(), Gates.ToLoopback(), Small, _clock);
    }

    private static Limits Small { get; } = Limits.Default with
    {
        ContextBytes = 10_000,
        ContextDepth = 8,
        ContextTimeout = TimeSpan.FromSeconds(30),
        CachedContexts = 50,
        Redirects = 3,
    };

    public async Task DisposeAsync()
    {
        _resolver.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_core_context_is_built_in()
    {
        Assert.Same(Context.Core, (await Resolve(ContextReference.Default)).Value);
        Assert.Same(Context.Core, (await Resolve(ContextReference.Link("http://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld"))).Value);
        Assert.Same(Context.Core, (await Inline("\"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld\"")).Value);
        Assert.Same(Context.Core, (await Inline("[]")).Value);
    }

    [Fact]
    public async Task A_context_is_fetched_once_and_found_again_at_once()
    {
        var url = _server.Serve("/c", Speed);

        var first = (await Link(url)).Value;
        var again = _resolver.ResolveAsync(ContextReference.Link(url), default);

        Assert.Equal("https://example.org/speed", first.Expand("speed"));
        Assert.Equal(url, first.Uri);
        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(first, (await again).Value);
        Assert.Equal(1, _server.Asked("/c"));
    }

    [Fact]
    public async Task Finding_and_counting_a_known_context_allocates_nothing()
    {
        var link = ContextReference.Link(_server.Serve("/c", Speed));
        var inline = ContextReference.Inline(Bytes($"[\"{link.Uri}\", {{\"mass\": \"https://example.org/mass\"}}]"));
        await Resolve(link);
        await Resolve(inline);
        Assert.True(Allocated() < 1000, $"{Allocated()} bytes");

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                _ = _resolver.ResolveAsync(link, default).IsCompletedSuccessfully;
                _ = _resolver.ResolveAsync(inline, default).IsCompletedSuccessfully;
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public async Task A_URL_is_the_same_context_however_it_is_written()
    {
        var url = _server.Serve("/c", Speed);
        var linked = (await Link(url)).Value;

        Assert.Same(linked, (await Inline($"\"{url}\"")).Value);
        Assert.Same(linked, (await Inline($"[\"{url}\"]")).Value);
        Assert.Same(linked, (await Inline($"[\"{CoreContext.Uri}\", \"{url}\"]")).Value);
        Assert.True(_resolver.ResolveAsync(ContextReference.Inline(Bytes($"[\"{url}\"]")), default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task An_inline_context_is_compiled_once()
    {
        var json = """{"speed": "https://example.org/speed"}""";

        var first = (await Inline(json)).Value;
        var again = _resolver.ResolveAsync(ContextReference.Inline(Bytes(json)), default);

        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(first, (await again).Value);
        Assert.Null(first.Uri);
    }

    [Fact]
    public async Task Contexts_lead_to_others_and_later_ones_win()
    {
        _server.Serve("/inner", """{"@context": {"speed": "https://example.org/inner", "mass": "https://example.org/mass"}}""");
        var outer = _server.Serve("/outer", """{"@context": ["inner", {"speed": "https://example.org/outer"}]}""");

        var context = (await Inline($$"""["{{outer}}", {"colour": "https://example.org/colour"}]""")).Value;

        Assert.Equal("https://example.org/outer", context.Expand("speed"));
        Assert.Equal("https://example.org/mass", context.Expand("mass"));
        Assert.Equal("https://example.org/colour", context.Expand("colour"));
    }

    [Fact]
    public async Task Few_terms_that_say_much_do_not_fill_the_memory()
    {
        var limits = Small with { ContextBytes = 1_000_000, CachedContexts = 10, ContextTimeout = TimeSpan.FromSeconds(30) };
        using var resolver = new ContextResolver(PreloadedContexts.None, MemoryContexts.Kept(), Gates.ToLoopback(), limits, _clock);
        var terms = string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"t{i}\": \"https://example.org/{new string('x', 900)}{i}\""));
        // Half of the ten thousand ordinary terms that are kept, each.
        for (var i = 0; i < 4; i++) await resolver.ResolveAsync(ContextReference.Link(_server.Serve($"/{i}", $"{{\"@context\": {{{terms}}}}}")), default);

        await resolver.ResolveAsync(ContextReference.Link($"{_server.Root}/3"), default);
        await resolver.ResolveAsync(ContextReference.Link($"{_server.Root}/0"), default);

        Assert.Equal((1, 2), (_server.Asked("/3"), _server.Asked("/0")));
    }

    [Fact]
    public async Task Many_who_ask_at_once_share_one_fetch()
    {
        var url = _server.Serve("/slow", async http =>
        {
            await Task.Delay(200);
            await http.Response.WriteAsync(Speed);
        });

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Link(url)));

        Assert.All(all, context => Assert.Equal("https://example.org/speed", context.Value.Expand("speed")));
        Assert.Equal(1, _server.Asked("/slow"));
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_does_not_stop_the_others()
    {
        var release = new TaskCompletionSource();
        var url = _server.Serve("/slow", async http =>
        {
            await release.Task;
            await http.Response.WriteAsync(Speed);
        });
        using var impatient = new CancellationTokenSource(20);

        var others = Link(url);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _resolver.ResolveAsync(ContextReference.Link(url), impatient.Token).AsTask());

        release.SetResult();
        Assert.True((await others).IsSuccess);
    }

    public static TheoryData<string, string> Lifetimes => new()
    {
        { "Cache-Control", "max-age=60" },
        { "Cache-Control", "max-age=9999, s-maxage=60" },
        { "Expires", "Fri, 20 Nov 2026 12:01:00 GMT" },
    };

    [Theory]
    [MemberData(nameof(Lifetimes))]
    public async Task A_context_is_fetched_again_when_it_is_no_longer_fresh(string header, string value)
    {
        var date = ("Date", "Fri, 20 Nov 2026 12:00:00 GMT");
        var url = _server.Serve("/c", Speed, (header, value), date);
        await Link(url);
        _server.Serve("/c", """{"@context": {"speed": "https://example.org/v2"}}""", (header, value), date);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("https://example.org/speed", (await Link(url)).Value.Expand("speed"));
        Assert.Equal("https://example.org/speed", (await Inline($"[\"{url}\"]")).Value.Expand("speed"));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("https://example.org/v2", (await Inline($"[\"{url}\"]")).Value.Expand("speed"));
        Assert.Equal("https://example.org/v2", (await Link(url)).Value.Expand("speed"));
    }

    [Theory]
    [InlineData("Cache-Control", "no-store")]
    [InlineData("Cache-Control", "max-age=0")]
    [InlineData("Expires", "0")]
    public async Task What_may_not_be_kept_is_fetched_each_time(string header, string value)
    {
        var url = _server.Serve("/c", Speed, (header, value));

        await Link(url);
        await Link(url);

        Assert.Equal(2, _server.Asked("/c"));
    }

    [Fact]
    public async Task A_server_that_fails_leaves_the_last_good_context_in_use()
    {
        var url = _server.Serve("/c", Speed, ("Cache-Control", "max-age=60"));
        await Link(url);
        _server.Serve("/c", http => Status(http, 500));
        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("https://example.org/speed", (await Link(url)).Value.Expand("speed"));
    }

    [Fact]
    public async Task Redirects_are_followed()
    {
        _server.Serve("/target", Speed);
        _server.Serve("/2", http => Redirect(http, "/target"));
        var url = _server.Serve("/1", http => Redirect(http, "/2"));

        var context = (await Link(url)).Value;

        Assert.Equal("https://example.org/speed", context.Expand("speed"));
        Assert.Equal(url, context.Uri);
    }

    [Fact]
    public async Task A_page_leads_to_its_context_by_link()
    {
        _server.Serve("/page.jsonld", Speed);
        var url = _server.Serve("/page", async http =>
        {
            http.Response.ContentType = "text/html";
            http.Response.Headers.Link = "</page.jsonld>; rel=\"alternate\"; type=\"application/ld+json\"";
            await http.Response.WriteAsync("<html></html>");
        });

        Assert.Equal("https://example.org/speed", (await Link(url)).Value.Expand("speed"));
    }

    public static TheoryData<string, RequestDelegate, string> Wicked => new()
    {
        { "missing", http => Status(http, 404), "it answers 404" },
        { "failing", http => Status(http, 503), "it answers 503" },
        { "garbage", http => http.Response.WriteAsync("<html>"), "it is not JSON" },
        { "no context", http => http.Response.WriteAsync("{}"), "it holds no member @context" },
        { "array", http => http.Response.WriteAsync("[]"), "it holds no member @context" },
        { "not text", http => http.Response.Body.WriteAsync(new byte[] { 0x22, 0xFF, 0x22 }).AsTask(), "it is not UTF-8" },
        { "loop", http => Redirect(http, "/wicked"), "it is redirected more than 3 times" },
        { "elsewhere", http => Redirect(http, "file:///etc/passwd"), "file is neither http nor https" },
        { "nowhere", http => Redirect(http, ""), "it answers 302" },
        { "large", http => http.Response.WriteAsync(new string(' ', 10_001)), "it is larger than 10000 bytes" },
        { "endless", Endless, "it is larger than 10000 bytes" },
        { "bomb", Bomb, "it is larger than 10000 bytes" },
        { "silent", http => Task.Delay(Timeout.Infinite, http.RequestAborted), "it does not arrive within 1 s" },
        { "dripping", Dripping, "it does not arrive within 1 s" },
        { "cut", http => { http.Abort(); return Task.CompletedTask; }, "is not available" },
    };

    [Theory]
    [MemberData(nameof(Wicked))]
    public async Task What_cannot_be_had_is_said_with_URL_and_reason(string what, RequestDelegate answer, string reason)
    {
        var url = _server.Serve("/wicked", answer);
        var limits = reason.EndsWith("within 1 s", StringComparison.Ordinal) ? Small with { ContextTimeout = TimeSpan.FromSeconds(1) } : Small;
        using var resolver = new ContextResolver(PreloadedContexts.None, MemoryContexts.Kept(), Gates.ToLoopback(), limits, TimeProvider.System);

        var error = (await resolver.ResolveAsync(ContextReference.Link(url), default)).Error;

        Assert.True(error?.Kind == NgsiLdErrorKind.LdContextNotAvailable, what);
        Assert.Contains(url, error!.Detail, StringComparison.Ordinal);
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.org/c", "neither http nor https")]
    [InlineData("urn:x:y", "neither http nor https")]
    [InlineData("http://127.0.0.1:1/c", "is not available")]
    [InlineData("not a url", "it is no URL")]
    public async Task What_is_no_web_address_is_not_available(string url, string reason)
    {
        var error = (await Link(url)).Error;

        Assert.Equal(NgsiLdErrorKind.LdContextNotAvailable, error?.Kind);
        Assert.Contains(reason, error?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_circle_of_contexts_is_bad_request_data()
    {
        _server.Serve("/b", """{"@context": ["a"]}""");
        var url = _server.Serve("/a", """{"@context": ["b"]}""");

        Assert.Contains("leads back to itself", Refused(await Link(url)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_that_leads_to_too_many_others_is_bad_request_data()
    {
        for (var i = 0; i < 20; i++) _server.Serve($"/{i}", $$"""{"@context": ["{{i + 1}}", "{{i + 1}}"]}""");
        _server.Serve("/20", Speed);

        Assert.Contains("leads to more than 8 others", Refused(await Link(_server.Root + "/0")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fetched_context_with_scoped_contexts_is_bad_request_data()
    {
        var url = _server.Serve("/c", """{"@context": {"a": {"@id": "https://example.org/a", "@context": {}}}}""");

        var detail = Refused(await Link(url));

        Assert.Contains(url, detail, StringComparison.Ordinal);
        Assert.Contains("the term a has a scoped @context", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inline_contexts_without_end_do_not_stay()
    {
        var first = (await Inline("""{"a0": "https://example.org/0"}""")).Value;
        for (var i = 1; i < 200; i++) await Inline($$"""{"a{{i}}": "https://example.org/{{i}}"}""");

        Assert.NotSame(first, (await Inline("""{"a0": "https://example.org/0"}""")).Value);
    }

    private static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Redirect(HttpContext http, string location)
    {
        http.Response.StatusCode = 302;
        if (location.Length > 0) http.Response.Headers.Location = location;
        return Task.CompletedTask;
    }

    private static async Task Endless(HttpContext http)
    {
        while (!http.RequestAborted.IsCancellationRequested) await http.Response.WriteAsync(new string(' ', 1000));
    }

    private static async Task Bomb(HttpContext http)
    {
        http.Response.Headers.ContentEncoding = "gzip";
        await using var gzip = new System.IO.Compression.GZipStream(http.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
        await gzip.WriteAsync(new byte[10_000_000]);
    }

    private static async Task Dripping(HttpContext http)
    {
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.WriteAsync(" ");
            await http.Response.Body.FlushAsync();
            await Task.Delay(50);
        }
    }

    private Task<Result<Context>> Link(string url) => Resolve(ContextReference.Link(url));

    private Task<Result<Context>> Inline(string json) => Resolve(ContextReference.Inline(Bytes(json)));

    private Task<Result<Context>> Resolve(ContextReference reference) => _resolver.ResolveAsync(reference, default).AsTask();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Refused(Result<Context> result)
    {
        Assert.Equal(NgsiLdErrorKind.BadRequestData, result.Error?.Kind);
        return result.Error!.Detail;
    }

    /// <summary>Stands at noon until it is moved; timers run as usual.</summary>
    private sealed class SettableClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
