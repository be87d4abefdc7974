using SmartCity.Broker.Federation;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.NgsiLd.Registrations;
using Xunit;
using static SmartCity.Broker.Tests.Federation.Asking;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>Answers that are used again (ETSI GS CIM 009 5.2.34, 6.3.17).</summary>
public sealed class SourceCacheTests
{
    private const string Lamp = $$"""{"id":"{{Id}}","type":"Lamp"}""";
    private static readonly RegistrationManagement TenSeconds = new() { CacheDuration = "PT10S", CacheFor = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task An_answer_is_kept_for_as_long_as_the_registration_says()
    {
        await using var source = new RawSource(RawSource.Response(Lamp));
        var clock = new ManualClock();
        using var client = Client(clock: clock);
        var registered = Source(source.Root, "", r => r.Managed(TenSeconds));

        Assert.False((await client.RetrieveAsync(registered)).IsCached);
        var kept = await client.RetrieveAsync(registered);
        clock.Advance(TimeSpan.FromSeconds(10));
        var fresh = await client.RetrieveAsync(registered);

        Assert.True(kept is { IsCached: true, IsSuccess: true, Value.Id: Id });
        Assert.Equal(110, SourceWarning.Of(registered, kept)!.Code);
        Assert.False(fresh.IsCached);
        Assert.Equal(2, source.Requests.Count);
        Assert.Equal(2, registered.State.Figures.TimesSent);
    }

    [Fact]
    public async Task Only_the_very_same_request_is_answered_so()
    {
        await using var source = new RawSource(RawSource.Response(Lamp));
        using var client = Client();
        var registered = Source(source.Root, "X-User=urn:ngsi-ld:request", r => r.Managed(TenSeconds));
        var asked = new Func<ValueTask>[]
        {
            async () => await client.RetrieveAsync(registered),
            async () => await client.RetrieveAsync(registered, Plain with { Context = Town }),
            async () => await client.RetrieveAsync(registered, Plain with { Header = _ => "anna" }),
            async () => await client.RetrieveAsync(registered, Plain with { Header = _ => "otto" }),
            async () => await client.RetrieveAsync(registered, Plain with { Via = ["x"] }),
            async () => await client.RetrieveAsync(Plain, registered, Id, new([Name("a")], [], null), default),
            async () => await client.RetrieveAsync(Source(source.Root, "", r => r.Managed(TenSeconds))),
        };
        foreach (var ask in asked) await ask();
        Assert.Equal(asked.Length, source.Requests.Count);
        foreach (var ask in asked[..^1]) await ask();

        Assert.Equal(asked.Length, source.Requests.Count);
    }

    [Fact]
    public async Task A_write_to_the_source_makes_its_kept_answers_old()
    {
        await using var source = new RawSource(RawSource.Response(Lamp));
        using var client = Client();
        var registered = Source(source.Root, "", r => r.Managed(TenSeconds));
        await client.RetrieveAsync(registered);
        await client.WriteAsync(Plain, registered, new(SourceWriteKind.Delete, Id), default);

        Assert.False((await client.RetrieveAsync(registered)).IsCached);
    }

    [Theory]
    [InlineData(404, true)]
    [InlineData(500, false)]
    [InlineData(403, false)]
    public async Task That_there_is_nothing_is_kept_and_failures_are_not(int status, bool isCached)
    {
        await using var source = new RawSource(RawSource.Response("", status));
        using var client = Client();
        var registered = Source(source.Root, "", r => r.Managed(TenSeconds));
        var first = await client.RetrieveAsync(registered);
        var second = await client.RetrieveAsync(registered);

        Assert.Equal((first.Outcome, isCached), (second.Outcome, second.IsCached));
    }

    [Fact]
    public async Task What_is_kept_is_bounded_in_bytes()
    {
        await using var source = new RawSource(RawSource.Response($"[{Lamp}]"));
        using var client = Client(new() { CacheBytes = 20_000 });
        var registered = Source(source.Root, "", r => r.Managed(TenSeconds with { CacheFor = TimeSpan.MaxValue }));
        for (var offset = 0; offset < 100; offset++) await QueryAsync(offset);
        var cached = 0;
        for (var offset = 99; offset >= 0; offset--) cached += (await QueryAsync(offset)).IsCached ? 1 : 0;

        Assert.InRange(cached, 1, 50);

        ValueTask<SourceAnswer<SourcePage>> QueryAsync(int offset) =>
            client.QueryAsync(Plain, registered, Query("Lamp"), SourceSelection.All, new(offset, 5), default);
    }
}
