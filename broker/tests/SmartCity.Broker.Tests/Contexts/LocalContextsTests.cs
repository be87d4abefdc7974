using System.Text;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using Xunit;

namespace SmartCity.Broker.Tests.Contexts;

public sealed class LocalContextsTests : IAsyncLifetime
{
    private const string Root = "http://hub.example.org";

    private readonly MemoryContexts _store = new();
    private readonly Limits _limits = Limits.Default with { HostedContexts = 3, HostedContextBytes = 10_000, ContextBytes = 5000 };
    private ContextServer _server = null!;
    private ContextResolver _resolver = null!;
    private LocalContexts _contexts = null!;

    public async Task InitializeAsync()
    {
        _server = await ContextServer.StartAsync();
        await OpenAsync();
    }

    public async Task DisposeAsync()
    {
        _resolver.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_hosted_is_resolved_under_any_name_of_the_broker_without_asking_anyone()
    {
        var id = (await Add("""{"speed": "https://example.org/speed"}""")).Value;

        foreach (var root in (string[])["http://nowhere.invalid", "https://hub.example.org/city", "http://127.0.0.1:1"])
        {
            var context = await Link($"{root}/ngsi-ld/v1/jsonldContexts/{id}");
            Assert.Equal("https://example.org/speed", context.Value.Expand("speed"));
            Assert.Equal($"{root}/ngsi-ld/v1/jsonldContexts/{id}", context.Value.Uri);
        }

        Assert.True((await Link($"http://nowhere.invalid/ngsi-ld/v1/jsonldContexts/{id.Replace(":", "%3A", StringComparison.Ordinal)}/")).IsSuccess);
    }

    [Fact]
    public async Task What_is_deleted_is_resolved_no_more_nor_what_leads_to_it()
    {
        var id = (await Add("""{"speed": "https://example.org/speed"}""")).Value;
        var url = $"http://127.0.0.1:1{KeptContexts.Path}{id}";
        var outer = $$"""["{{url}}", {"mass": "https://example.org/mass"}]""";
        Assert.True((await Inline(outer)).IsSuccess);
        Assert.True((await Link(url)).IsSuccess);

        Assert.Null(await _contexts.DeleteAsync("", id, default));

        Assert.Equal(NgsiLdErrorKind.LdContextNotAvailable, (await Inline(outer)).Error?.Kind);
        Assert.Equal(NgsiLdErrorKind.LdContextNotAvailable, (await Link(url)).Error?.Kind);
    }

    [Fact]
    public async Task What_is_kept_is_there_after_a_restart()
    {
        var hosted = (await Add("""{"speed": "https://example.org/speed"}""")).Value;
        var named = (await Name("""{"mass": "https://example.org/mass"}""")).Value.Uri!;
        await OpenAsync();

        Assert.True(_contexts.Serve(hosted).IsSuccess);
        Assert.Equal("https://example.org/mass", (await Link(named)).Value.Expand("mass"));
    }

    [Fact]
    public async Task A_context_of_a_body_gets_one_URL_however_often_it_comes()
    {
        var first = (await Name("""{"mass": "https://example.org/mass"}""")).Value;
        var again = (await Name("""{"mass": "https://example.org/mass"}""")).Value;
        var other = (await Name("""{"mass": "https://example.org/mass"}""", tenant: "t")).Value;

        Assert.Same(first, again);
        Assert.StartsWith(Root + KeptContexts.Path, first.Uri, StringComparison.Ordinal);
        Assert.NotEqual(first.Uri, other.Uri);
        Assert.Equal(ContextKind.ImplicitlyCreated, Assert.Single(_contexts.List("", null)).Kind);
        Assert.Contains("https://example.org/mass", Served(Assert.Single(_contexts.List("", null)).LocalId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_answers_named_makes_room_and_what_subscriptions_named_does_not()
    {
        var needed = (await Name("""{"a0": "https://example.org/0"}""", isNeeded: true)).Value;
        for (var i = 1; i < 10; i++) Assert.True((await Name($$"""{"a{{i}}": "https://example.org/{{i}}"}""")).IsSuccess);

        Assert.Equal(3, _contexts.List("", ContextKind.ImplicitlyCreated).Length);
        Assert.True(_contexts.Serve(needed.Uri![(Root + KeptContexts.Path).Length..]).IsSuccess);
        // One that was made for an answer and then for a subscription stays as well.
        await Name("""{"a9": "https://example.org/9"}""", isNeeded: true);
        await Name("""{"a8": "https://example.org/8"}""", isNeeded: true);
        await OpenAsync();
        Assert.Contains("no more than 3", (await Name("""{"b": "https://example.org/b"}""")).Error?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 20)]
    [InlineData(2, 4000)]
    public async Task A_tenant_hosts_so_many_and_so_much(int count, int length)
    {
        var json = Terms(length);
        for (var i = 0; i < count; i++) Assert.True((await Add(json)).IsSuccess);

        Assert.Equal(NgsiLdErrorKind.BadRequestData, (await Add(json)).Error?.Kind);
        Assert.True((await _contexts.AddAsync("other", Document(json), default)).IsSuccess);
        await _contexts.DeleteAsync("", _contexts.List("", null)[0].LocalId, default);
        Assert.True((await Add(json)).IsSuccess);
    }

    [Theory]
    [InlineData("[]", NgsiLdErrorKind.BadRequestData, "no member @context")]
    [InlineData("{}", NgsiLdErrorKind.BadRequestData, "no member @context")]
    [InlineData("{", NgsiLdErrorKind.InvalidRequest, "")]
    [InlineData("""{"@context": 1}""", NgsiLdErrorKind.BadRequestData, "neither a URI nor an object nor null")]
    [InlineData("""{"@context": "relative"}""", NgsiLdErrorKind.BadRequestData, "not an absolute URI")]
    [InlineData("""{"@context": {"a": {"@id": "http://x/", "@context": {}}}}""", NgsiLdErrorKind.BadRequestData, "scoped @context")]
    [InlineData("""{"@context": {"a": "b", "b": "a"}}""", NgsiLdErrorKind.BadRequestData, "defined by itself")]
    public async Task What_is_no_context_is_not_hosted(string document, NgsiLdErrorKind kind, string reason)
    {
        var error = (await _contexts.AddAsync("", Encoding.UTF8.GetBytes(document), default)).Error;
        Assert.Equal(kind, error?.Kind);
        Assert.Contains(reason, error?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_larger_than_a_fetched_one_may_be_is_not_hosted() =>
        Assert.Contains("more than 5000", (await Add(Terms(5000))).Error?.Detail, StringComparison.Ordinal);

    [Fact]
    public async Task Tenants_list_and_delete_their_own_but_anyone_may_follow_a_link()
    {
        var id = (await Add("""{"speed": "https://example.org/speed"}""")).Value;

        Assert.Empty(_contexts.List("other", null));
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, _contexts.Find("other", id).Error?.Kind);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _contexts.DeleteAsync("other", id, default))?.Kind);
        Assert.True(_contexts.Serve(id).IsSuccess);
    }

    [Fact]
    public async Task A_hosted_context_says_no_more_than_the_one_it_leads_to_as_long_as_that_is_out_of_reach()
    {
        var id = (await Add($$"""["{{_server.Root}}/later", {"mass": "https://example.org/mass"}]""")).Value;
        var url = Root + KeptContexts.Path + id;
        Assert.Equal(NgsiLdErrorKind.LdContextNotAvailable, (await Link(url)).Error?.Kind);
        _server.Serve("/later", """{"@context": {"speed": "https://example.org/speed"}}""");
        Assert.Equal("https://example.org/speed", (await Link(url)).Value.Expand("speed"));
    }

    [Fact]
    public async Task What_is_fetched_is_listed_with_its_uses()
    {
        var url = _server.Serve("/c", """{"@context": {"speed": "https://example.org/speed"}}""", ("Cache-Control", "max-age=60"));
        var outer = _server.Serve("/outer", """{"@context": ["/c", {"mass": "https://example.org/mass"}]}""", ("Cache-Control", "max-age=60"));
        await Link(url);
        await Link(url);
        await Inline($"[\"{url}\"]");
        Assert.Equal(2, Find(url).NumberOfHits);

        await Link(outer);
        Assert.Equal((3, 0), (Find(url).NumberOfHits, Find(outer).NumberOfHits));
        await Link(outer);
        Assert.Equal((4, 1), (Find(url).NumberOfHits, Find(outer).NumberOfHits));

        var details = Find(url);
        Assert.Equal((ContextKind.Cached, url, 1), (details.Kind, details.Url, details.TermCount));
        Assert.Equal(60, (details.ExpiresAt!.Value - details.CreatedAt).TotalSeconds, 1.0);
        Assert.NotNull(details.LastUsage);
        Assert.Equal(details, _contexts.Find("", details.LocalId).Value);
        Assert.Equal(NgsiLdErrorKind.OperationNotSupported, _contexts.Serve(details.LocalId).Error?.Kind);
        Assert.Equal(NgsiLdErrorKind.OperationNotSupported, _contexts.Serve(url).Error?.Kind);
    }

    [Fact]
    public async Task A_reload_takes_effect_at_once_wherever_the_context_is_part_of()
    {
        var url = _server.Serve("/c", """{"@context": {"speed": "https://example.org/v1"}}""");
        var outer = $$"""["{{url}}", {"mass": "https://example.org/mass"}]""";
        await Link(url);
        await Inline(outer);
        _server.Serve("/c", """{"@context": {"speed": "https://example.org/v2"}}""");

        Assert.Null(await _contexts.ReloadAsync("", url, default));

        Assert.Equal("https://example.org/v2", (await Link(url)).Value.Expand("speed"));
        Assert.Equal("https://example.org/v2", (await Inline(outer)).Value.Expand("speed"));
        Assert.Equal(2, _server.Asked("/c"));
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("""{"@context": {"speed": {"@id": "http://x/", "@context": {}}}}""")]
    [InlineData("""{"@context": {"a": "b", "b": "a"}}""")]
    [InlineData("""{"@context": "/c"}""")]
    public async Task A_reload_that_fails_leaves_everything_as_it_is(string text)
    {
        var url = _server.Serve("/c", """{"@context": {"speed": "https://example.org/v1"}}""");
        await Link(url);
        _server.Serve("/c", text);

        Assert.Equal(NgsiLdErrorKind.LdContextNotAvailable, (await _contexts.ReloadAsync("", url, default))?.Kind);

        Assert.Equal("https://example.org/v1", (await Link(url)).Value.Expand("speed"));
        Assert.Equal(2, _server.Asked("/c"));
    }

    [Fact]
    public async Task What_is_forgotten_is_fetched_again()
    {
        var url = _server.Serve("/c", """{"@context": {"speed": "https://example.org/v1"}}""");
        await Link(url);
        Assert.Null(await _contexts.DeleteAsync("", url, default));
        Assert.Empty(_contexts.List("", null));
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _contexts.DeleteAsync("", url, default))?.Kind);
        Assert.Equal(NgsiLdErrorKind.ResourceNotFound, (await _contexts.ReloadAsync("", url, default))?.Kind);
        await Link(url);
        Assert.Equal(2, _server.Asked("/c"));
    }

    private async Task OpenAsync()
    {
        var kept = new KeptContexts(_store, _limits, TimeProvider.System);
        await kept.LoadAsync(default);
        _resolver = new ContextResolver(PreloadedContexts.None, kept, Gates.ToLoopback(), _limits, TimeProvider.System);
        _contexts = new LocalContexts(kept, _resolver, PreloadedContexts.None, _limits, TimeProvider.System);
    }

    private ContextDetails Find(string id) => _contexts.Find("", id).Value;

    private string Served(string id) => Encoding.UTF8.GetString(_contexts.Serve(id).Value.Span);

    private Task<Result<string>> Add(string json) => _contexts.AddAsync("", Document(json), default).AsTask();

    private async Task<Result<Context>> Name(string json, string tenant = "", bool isNeeded = false) =>
        await _contexts.NameAsync(tenant, (await Inline(json)).Value, Root, isNeeded, default);

    private Task<Result<Context>> Link(string url) => _resolver.ResolveAsync(ContextReference.Link(url), default).AsTask();

    private Task<Result<Context>> Inline(string json) =>
        _resolver.ResolveAsync(ContextReference.Inline(Encoding.UTF8.GetBytes(json)), default).AsTask();

    private static byte[] Document(string json) => Encoding.UTF8.GetBytes($$"""{"@context": {{json}}, "other": 1}""");

    /// <summary>A context of at least so many characters, and few more.</summary>
    private static string Terms(int characters) =>
        $"{{{string.Join(',', Enumerable.Range(0, (characters / 36) + 1).Select(i => $"\"t{i:0000}\":\"https://example.org/t{i:0000}\""))}}}";
}
