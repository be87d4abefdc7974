using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// Sources that are not as they should be: the answer holds what the others have, comes in time, and warns of each that failed
/// (ETSI GS CIM 009 6.3.17).
/// </summary>
public class FaultTests : FederationTest
{
    private const double Seconds = 45;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private static string Value(string name, int value) => $$"""{"{{name}}":{"type":"Property","value":{{value}}} }""";

    public static TheoryData<string, string> Faults() => new()
    {
        { "dead", "199" },
        { "slow", "199" },
        { "dripping", "199" },
        { "closing", "199 111 299" },
        { "broken off", "111 199" },
        { "no HTTP", "111 199 299" },
        { "no JSON", "111" },
        { "no NGSI-LD", "111" },
        { "HTML", "111" },
        { "error 500", "299" },
        { "forbidden", "299" },
        { "redirecting", "299 111" },
        { "huge", "111" },
        { "looping", "199" },
    };

    /// <summary>A source with this fault; what it answers to whatever it is asked.</summary>
    private (string Endpoint, IAsyncDisposable Source) Failing(string fault)
    {
        if (fault == "dead") return ($"http://{Target.ReceiverHost}:{Listening.FreePort()}", new ScriptedSource());
        if (fault is "closing" or "no HTTP") return Babbling(fault == "closing" ? "" : "220 smtp.example.org ESMTP\r\n");
        var source = new ScriptedSource();
        var entity = Entity(Id, Value("b", 2));
        source.Always(fault switch
        {
            "slow" => SourceReply.Json(entity) with { Delay = Long },
            "dripping" => SourceReply.Json(entity) with { Drip = TimeSpan.FromMilliseconds(200), Padding = 100_000 },
            "broken off" => SourceReply.Json(entity) with { Breaks = true },
            "no JSON" => SourceReply.Json("[{\"id\":"),
            "no NGSI-LD" => SourceReply.Json("""[{"name":"x"},7]"""),
            "HTML" => SourceReply.Json("<html><body>Please log in</body></html>") with { MediaType = "text/html" },
            "error 500" => SourceReply.Of(HttpStatusCode.InternalServerError),
            "forbidden" => SourceReply.Error(HttpStatusCode.Forbidden, "AccessDenied"),
            "redirecting" => SourceReply.Redirect(source.Url + "/elsewhere"),
            "huge" => SourceReply.Json("[" + entity) with { Padding = 100 << 20 },
            "looping" => SourceReply.Of(HttpStatusCode.LoopDetected),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "no fault"),
        });
        return (source.Url, source);
    }

    [BrokerTheory, MemberData(nameof(Faults)), Clause("6.3.17"), Clause("5.7.2"), Clause("5.7.1")]
    public async Task The_rest_is_given_in_time_with_a_warning_that_names_the_source(string fault, string codes)
    {
        var (endpoint, source) = Failing(fault);
        await using var end = source;
        await using var sound = new ScriptedSource();
        sound.Holds(Id, Entity(Id, Value("c", 3)));
        var failing = (await RegisterAsync(endpoint)).Split('/')[^1];
        await RegisterAsync(sound.Url);
        (await PostAsync("entities?local=true", Entity(Id, Value("a", 1)))).Expect(HttpStatusCode.Created);
        foreach (var path in (string[])[$"entities/{Id}?format=keyValues", $"entities?type={Type}&format=keyValues"])
        {
            var watch = Stopwatch.StartNew();
            var answer = (await GetAsync(path)).Expect(HttpStatusCode.OK);
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, Seconds);
            Assert.Equal("a=1 c=3", Values(path.Contains('=', StringComparison.Ordinal) && answer.Body.StartsWith('[') ? answer.Json[0]! : answer.Json));
            var warning = answer.Header("NGSILD-Warning");
            Assert.True(codes.Split(' ').Any(code => warning.StartsWith(code + " ", StringComparison.Ordinal)), $"{codes} expected: {warning}");
            Assert.True(
                warning.Contains(failing, StringComparison.Ordinal) || warning.Contains(endpoint.Split("//")[1], StringComparison.Ordinal), warning);
            Assert.DoesNotContain(sound.Url.Split("//")[1], warning, StringComparison.Ordinal);
        }
    }

    [BrokerTheory, MemberData(nameof(Faults)), Clause("6.3.17"), Clause("5.7.1")]
    public async Task An_only_source_with_a_fault_is_told_by_the_status(string fault, string codes)
    {
        var (endpoint, source) = Failing(fault);
        await using var end = source;
        // Where the status must be the source's own, it has the time that it takes.
        var members = fault == "looping" ? "{}" : """{"management":{"timeout":1000} }""";
        await RegisterAsync(endpoint, "redirect", One(Id), null, Everything, members);
        var watch = Stopwatch.StartNew();
        var answer = await PatchAsync($"entities/{Id}", Value("b", 1));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, Seconds);
        if (fault is "dripping" or "huge" or "no JSON" or "no NGSI-LD" or "HTML" or "broken off")
        {
            // It has a status of success, and nothing else was asked of it.
            Assert.Contains((int)answer.Status, (int[])[204, 207, 502, 504]);
            return;
        }

        Assert.Contains((int)answer.Status, fault == "looping" ? [508] : codes.StartsWith("199", StringComparison.Ordinal) ? (int[])[504, 502] : [502, 504]);
    }

    [BrokerFact, Clause("6.3.17"), Clause("5.7.2"), Clause("5.2.34")]
    public async Task Of_ten_sources_three_fail_and_seven_are_heard()
    {
        var sources = new List<ScriptedSource>();
        try
        {
            string[] faults = ["dead", "slow", "no JSON"];
            var expected = new List<string> { "v=0" };
            await CreateAsync(NewId(":0"), Value("v", 0));
            var failing = new List<string>();
            for (var n = 1; n <= 10; n++)
            {
                var id = NewId($":{n}");
                ScriptedSource source;
                string endpoint;
                if (n <= 3)
                {
                    var (url, failed) = Failing(faults[n - 1]);
                    (endpoint, source) = (url, (ScriptedSource)failed);
                }
                else
                {
                    source = new ScriptedSource().Holds(id, Entity(id, Value("v", n)));
                    endpoint = source.Url;
                    expected.Add($"v={n}");
                }

                sources.Add(source);
                var registration = await RegisterAsync(endpoint);
                if (n <= 3) failing.Add(registration.Split('/')[^1] + "|" + endpoint.Split("//")[1]);
            }

            var watch = Stopwatch.StartNew();
            var answer = (await GetAsync($"entities?type={Type}&format=keyValues&limit=100")).Expect(HttpStatusCode.OK);
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, Seconds);
            Assert.Equal(expected.Order(), answer.Json.AsArray().Select(entity => Values(entity!)).Order());
            var warning = answer.Header("NGSILD-Warning");
            Assert.All(failing, names => Assert.True(names.Split('|').Any(name => warning.Contains(name, StringComparison.Ordinal)), $"{names}: {warning}"));
        }
        finally
        {
            foreach (var source in sources) await source.DisposeAsync();
        }
    }

    [BrokerFact, Clause("5.2.34"), Clause("6.3.17")]
    public async Task The_timeout_of_a_registration_bounds_the_wait()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Json("[]") with { Delay = Long });
        await RegisterAsync(source.Url, "inclusive", null, null, null, """{"management":{"timeout":200} }""");
        await CreateAsync(Value("a", 1));
        var watch = Stopwatch.StartNew();
        // Ten times what a broker waits by itself is much longer.
        for (var n = 0; n < 10; n++)
        {
            Assert.StartsWith("199", (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK).Header("NGSILD-Warning"), StringComparison.Ordinal);
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 1.5, 30);
    }

    [BrokerFact, Clause("5.2.34"), Clause("6.3.17")]
    public async Task After_a_failure_the_cooldown_leaves_the_source_alone()
    {
        await using var lately = new ScriptedSource();
        await using var longAgo = new ScriptedSource();
        foreach (var (source, cooldown) in ((ScriptedSource, int)[])[(lately, 600_000), (longAgo, 500)])
        {
            source.Always(SourceReply.Of(HttpStatusCode.InternalServerError));
            await RegisterAsync(source.Url, "inclusive", null, null, "retrieveEntity", $$"""{"management":{"cooldown":{{cooldown}}} }""");
        }

        await CreateAsync(Value("a", 1));
        for (var n = 0; n < 5; n++) Assert.NotEqual("", (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK).Header("NGSILD-Warning"));
        foreach (var source in (ScriptedSource[])[lately, longAgo]) source.Holds(Id, Entity(Id, Value(source == lately ? "c" : "b", 2)));
        await EventuallyAsync("the cooldown has no end", async () => await SeesAsync(Id) == "a=1 b=2");
        Assert.Single(lately.Calls);
    }

    [BrokerFact, Clause("6.3.17"), Clause("5.7.1")]
    public async Task A_source_that_has_nothing_is_no_fault()
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url);
        (await PostAsync("entities?local=true", Entity(Id, Value("a", 1)))).Expect(HttpStatusCode.Created);
        Assert.DoesNotContain("NGSILD-Warning", (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK).Headers.Keys);
        (await GetAsync($"entities/{NewId()}?type={Type}")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    /// <summary>A server that says one thing to whoever connects, and hangs up.</summary>
    private static (string Url, IAsyncDisposable Server) Babbling(string text)
    {
        var server = new Babbler(text);
        return (server.Url, server);
    }

    private sealed class Babbler : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Any, 0);
        private readonly Task _serving;

        public Babbler(string text)
        {
            _listener.Start();
            Url = $"http://{Target.ReceiverHost}:{((IPEndPoint)_listener.LocalEndpoint).Port}";
            _serving = ServeAsync(Encoding.ASCII.GetBytes(text));
        }

        public string Url { get; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync(byte[] text)
        {
            while (true)
            {
                try
                {
                    using var client = await _listener.AcceptTcpClientAsync();
                    await client.GetStream().WriteAsync(text);
                }
                catch (IOException)
                {
                    // The caller was quicker.
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
                {
                    return;
                }
            }
        }
    }
}
