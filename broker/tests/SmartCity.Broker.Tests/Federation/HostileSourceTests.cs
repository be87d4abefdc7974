using System.Diagnostics;
using System.Text;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Tests.Notifications;
using Xunit;
using static SmartCity.Broker.Tests.Federation.Asking;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>Sources that are slow, broken, or mean harm: each request ends in time, within its bounds, with an outcome.</summary>
public sealed class HostileSourceTests
{
    private const string Lamp = $$"""{"id":"{{Id}}","type":"Lamp"}""";
    private static readonly FederationSettings Short = new() { Timeout = TimeSpan.FromSeconds(1), AnswerBytes = 100_000 };

    public static TheoryData<string, SourceOutcome, string> Plays => new()
    {
        { "garbage", SourceOutcome.Invalid, "the answer of the source is no HTTP" },
        { "silence", SourceOutcome.Timeout, "the source does not answer within 1 s" },
        { "half headers", SourceOutcome.Timeout, "the source does not answer within 1 s" },
        { "closed", SourceOutcome.Timeout, "the source closes the connection without an answer" },
        { "cut headers", SourceOutcome.Timeout, "" },
        { "cut body", SourceOutcome.Invalid, "the answer of the source breaks off" },
        { "cut chunks", SourceOutcome.Invalid, "the answer of the source breaks off" },
        { "drip", SourceOutcome.Timeout, "the source does not answer within 1 s" },
        { "slow headers", SourceOutcome.Timeout, "the source does not answer within 1 s" },
        { "endless", SourceOutcome.Invalid, "the answer of the source is larger than 100000 bytes" },
        { "large length", SourceOutcome.Invalid, "the answer of the source is larger than 100000 bytes" },
        { "header bomb", SourceOutcome.Invalid, "the answer of the source has too many headers" },
        { "1xx flood", SourceOutcome.Invalid, "the answer of the source has too many headers" },
        { "deep", SourceOutcome.Invalid, "the answer of the source is not valid" },
        { "latin1", SourceOutcome.Invalid, "the answer of the source is not valid: The body is not UTF-8" },
        { "surrogate", SourceOutcome.Invalid, "the answer of the source is not valid" },
        { "twice", SourceOutcome.Invalid, "the answer of the source is not valid" },
        { "large error", SourceOutcome.Refused, "the source answers 400" },
    };

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task Whatever_a_source_does_has_an_outcome_in_time(string play, SourceOutcome outcome, string detail)
    {
        await using var source = new RawSource((_, stream, stop) => PlayAsync(play, stream, stop));
        // Only what ends by the time that it takes has little of it.
        using var client = Client(detail.EndsWith("within 1 s", StringComparison.Ordinal) ? Short : Short with { Timeout = TimeSpan.FromSeconds(20) });
        var clock = Stopwatch.StartNew();
        var answer = await client.RetrieveAsync(Source(source.Root));

        Assert.Equal(outcome, answer.Outcome);
        Assert.StartsWith(detail, answer.Detail, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Nobody_there_is_told_from_no_name()
    {
        using var client = Client(Short);

        Assert.Equal("the source cannot be reached: Connection refused", (await client.RetrieveAsync(Source("http://127.0.0.1:1"))).Detail);
        Assert.Equal(SourceOutcome.Timeout, (await client.RetrieveAsync(Source("http://nowhere.invalid"))).Outcome);
        Assert.Equal("the endpoint of the registration is no http URL", (await client.RetrieveAsync(Source("mqtt://x"))).Detail);
        Assert.Contains("Outbound:Allow", (await client.RetrieveAsync(Source("http://169.254.169.254"))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registration_may_shorten_the_time_but_not_lengthen_it()
    {
        await using var source = new RawSource((_, _, stop) => Task.Delay(-1, stop));
        using var client = Client(Short);

        Assert.Equal("the source does not answer within 0.2 s", (await client.RetrieveAsync(Source(source.Root, "", r => r.Managed(new() { Timeout = 200 })))).Detail);
        Assert.Equal("the source does not answer within 1 s", (await client.RetrieveAsync(Source(source.Root, "", r => r.Managed(new() { Timeout = 1e300 })))).Detail);
    }

    [Fact]
    public async Task The_caller_may_give_up_and_no_exception_tells()
    {
        await using var source = new RawSource((_, _, stop) => Task.Delay(-1, stop));
        using var client = Client(Short with { Timeout = TimeSpan.FromSeconds(60) });
        using var giveUp = new CancellationTokenSource(100);
        var clock = Stopwatch.StartNew();
        var answer = await client.RetrieveAsync(Source(source.Root), cancellation: giveUp.Token);

        Assert.Equal(SourceOutcome.Timeout, answer.Outcome);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_source_that_is_down_is_left_alone_for_the_cooldown()
    {
        var status = 500;
        await using var source = new RawSource((_, stream, stop) => stream.WriteAsync(Encoding.UTF8.GetBytes(RawSource.Response(Lamp, status)), stop).AsTask());
        var clock = new ManualClock();
        using var client = Client(clock: clock);
        var registered = Source(source.Root, "", r => r.Managed(new() { Cooldown = 10_000 }));

        Assert.Equal(SourceOutcome.Refused, (await client.RetrieveAsync(registered)).Outcome);
        status = 200;
        var resting = await client.RetrieveAsync(registered);
        Assert.Equal(SourceOutcome.Timeout, resting.Outcome);
        Assert.Contains("left alone", resting.Detail, StringComparison.Ordinal);
        Assert.Equal(1, registered.State.Figures.TimesSent);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True((await client.RetrieveAsync(registered)).IsSuccess);
        // What it refuses for a reason says nothing of the next request.
        status = 403;
        await client.RetrieveAsync(registered);
        await client.RetrieveAsync(registered);
        Assert.Equal(4, source.Requests.Count);
    }

    [Fact]
    public async Task After_ten_thousand_requests_to_failing_sources_nothing_is_left_behind()
    {
        await using var good = new RawSource(RawSource.Response(Lamp));
        await using var bad = new RawSource(RawSource.Response("{", 500));
        await using var rude = new RawSource((_, stream, _) =>
        {
            stream.Close();
            return Task.CompletedTask;
        });
        using var client = Client(Short);
        var sources = new[] { Source(good.Root), Source(bad.Root), Source(rude.Root), Source("http://127.0.0.1:1") };
        await AskAsync(400);
        var (threads, before) = (ThreadPool.ThreadCount, Process.GetCurrentProcess().Threads.Count);
        await AskAsync(10_000);

        Assert.InRange(good.Connections, 1, 40);
        Assert.InRange(bad.Connections, 1, 40);
        Assert.InRange(good.OpenConnections + bad.OpenConnections + rude.OpenConnections, 0, 80);
        Assert.InRange(ThreadPool.ThreadCount, 0, threads + 16);
        Assert.InRange(Process.GetCurrentProcess().Threads.Count, 0, before + 32);
        Assert.Equal(10_400, sources.Sum(source => source.State.Figures.TimesSent));

        async Task AskAsync(int count) => await Parallel.ForAsync(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (number, stop) => await client.RetrieveAsync(sources[number % sources.Length], cancellation: stop));
    }

    private static async Task PlayAsync(string play, Stream stream, CancellationToken stop)
    {
        switch (play)
        {
            case "garbage": await SendAsync("SSH-2.0-OpenSSH\r\n\r\n"); break;
            case "silence": await Task.Delay(-1, stop); break;
            case "half headers":
                await SendAsync("HTTP/1.1 200 OK\r\nContent-Ty");
                await Task.Delay(-1, stop);
                break;
            case "closed": stream.Close(); break;
            case "cut headers":
                await SendAsync("HTTP/1.1 200 OK\r\nContent-Ty");
                stream.Close();
                break;
            case "cut body":
                await SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{");
                stream.Close();
                break;
            case "cut chunks":
                await SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n");
                stream.Close();
                break;
            case "drip":
                await SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
                for (; ; await Task.Delay(50, stop)) await SendAsync(" ");
            case "slow headers":
                await SendAsync("HTTP/1.1 200 OK\r\n");
                for (; ; await Task.Delay(50, stop)) await SendAsync("a: b\r\n");
            case "endless":
                await SendAsync("HTTP/1.1 200 OK\r\n\r\n");
                while (true) await SendAsync(new string(' ', 10_000));
            case "large length":
                await SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
                while (true) await SendAsync(new string(' ', 10_000));
            case "header bomb":
                await SendAsync("HTTP/1.1 200 OK\r\n");
                while (true) await SendAsync($"x: {new string('y', 1000)}\r\n");
            case "1xx flood":
                while (true) await SendAsync("HTTP/1.1 103 Early Hints\r\n\r\n");
            case "deep": await SendAsync(RawSource.Response($$"""{"id":"{{Id}}","type":"Lamp","a":{{new string('[', 40_000)}}{{new string(']', 40_000)}}}""")); break;
            case "latin1": await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Lamp.Length + 7}\r\n\r\n{Lamp[..^1]},\"ä\":1}} "), stop); break;
            case "surrogate": await SendAsync(RawSource.Response($$"""{"id":"{{Id}}","type":"Lamp","a":"\ud800"}""")); break;
            case "twice": await SendAsync(RawSource.Response($$"""{"id":"{{Id}}","type":"Lamp","a":1,"a":2}""")); break;
            case "large error": await SendAsync(RawSource.Response(new string('x', 90_000), 400)); break;
        }

        Task SendAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), stop).AsTask();
    }
}
