using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>
/// Every way in which a source may answer a read, in every mode, with a part of the Entity here and without (ETSI GS CIM 009 6.3.17,
/// 4.3.6.8).
/// </summary>
public class SourceAnswerTests : FederationTest
{
    private static readonly string[] Modes = ["inclusive", "exclusive", "redirect", "auxiliary"];

    /// <summary>
    /// What is wrong, the code of the warning, and the status where a proxied source alone has the Entity; of the first ones nothing is
    /// wrong.
    /// </summary>
    private static readonly (string Answer, string? Warning, HttpStatusCode Alone)[] Answers =
    [
        ("normalized", null, HttpStatusCode.OK),
        ("concise", null, HttpStatusCode.OK),
        ("simplified", null, HttpStatusCode.OK),
        ("ld+json with its own terms", null, HttpStatusCode.OK),
        ("chunked", null, HttpStatusCode.OK),
        ("203", null, HttpStatusCode.OK),
        ("more than was asked for", null, HttpStatusCode.OK),
        ("404", null, HttpStatusCode.NotFound),
        ("another type", null, HttpStatusCode.NotFound),
        ("400", "299", HttpStatusCode.BadGateway),
        ("401", "299", HttpStatusCode.BadGateway),
        ("403", "299", HttpStatusCode.BadGateway),
        ("500", "299", HttpStatusCode.BadGateway),
        ("503", "299", HttpStatusCode.BadGateway),
        ("302", "299", HttpStatusCode.BadGateway),
        ("508", "199", HttpStatusCode.LoopDetected),
        ("no time", "199", HttpStatusCode.GatewayTimeout),
        ("nothing", "111", HttpStatusCode.BadGateway),
        ("no JSON", "111", HttpStatusCode.BadGateway),
        ("HTML", "111", HttpStatusCode.BadGateway),
        ("cut off", "111", HttpStatusCode.BadGateway),
        ("no Entity", "111", HttpStatusCode.BadGateway),
        ("no type", "111", HttpStatusCode.BadGateway),
        ("no value", "111", HttpStatusCode.BadGateway),
        ("no kind of Attribute", "111", HttpStatusCode.BadGateway),
        ("encoded", "111", HttpStatusCode.BadGateway),
    ];

    public static TheoryData<string, string, string?, HttpStatusCode> InEachMode()
    {
        var all = new TheoryData<string, string, string?, HttpStatusCode>();
        foreach (var mode in Modes)
        {
            foreach (var (answer, warning, alone) in Answers) all.Add(mode, answer, warning, alone);
        }

        return all;
    }

    /// <summary>What the registration of a source says that does not answer in time.</summary>
    private static string Hurried(string answer) => answer == "no time" ? """{"management":{"timeout":300} }""" : "{}";

    private string Of(string members) => Entity(Id, members);

    private SourceReply Reply(string answer, bool isArray)
    {
        return answer switch
        {
            "normalized" => Sent(Of("""{"b":{"type":"Property","value":2} }""")),
            "concise" => Sent(Of("""{"b":{"value":2} }""")),
            "simplified" => Sent(Of("""{"b":2}""")),
            "ld+json with its own terms" => Sent($$"""{"id":"{{Id}}","type":"Ding","be":{"type":"Property","value":2},"@context":[{"Ding":"https://uri.etsi.org/ngsi-ld/default-context/{{Type}}","be":"https://uri.etsi.org/ngsi-ld/default-context/b"},"{{CoreContext}}"]}""") with { MediaType = LdJson },
            "chunked" => Sent(Of("""{"b":{"type":"Property","value":2} }""")) with { IsChunked = true },
            "203" => Sent(Of("""{"b":{"type":"Property","value":2} }""")) with { Status = HttpStatusCode.NonAuthoritativeInformation },
            "more than was asked for" => Sent(Of("""{"b":{"type":"Property","value":2},"c":{"type":"Property","value":3},"unknown":{"type":"Property","value":4,"x":{"type":"Property","value":5} } }""")),
            "another type" => Sent(Of($$"""{"type":"{{Type}}Other","b":{"type":"Property","value":2} }""")),
            "302" => SourceReply.Redirect("/elsewhere") with { Status = HttpStatusCode.Found },
            "no time" => SourceReply.NotFound with { Delay = TimeSpan.FromMinutes(1) },
            "nothing" => SourceReply.Of(HttpStatusCode.OK),
            "no JSON" => SourceReply.Json("b=2"),
            "HTML" => SourceReply.Json("<html></html>") with { MediaType = "text/html" },
            "cut off" => SourceReply.Json("[{\"id\":\"" + Id),
            "no Entity" => Sent("""{"name":"x"}"""),
            "no type" => Sent($$"""{"id":"{{Id}}","b":{"type":"Property","value":2} }"""),
            "no value" => Sent(Of("""{"b":{"type":"Property"} }""")),
            "no kind of Attribute" => Sent(Of("""{"b":{"type":"Propperty","value":2} }""")),
            "encoded" => Sent(Of("""{"b":{"type":"Property","value":2} }""")).With("Content-Encoding", "gzip"),
            _ => SourceReply.Of((HttpStatusCode)int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture)),
        };

        SourceReply Sent(string entity) => SourceReply.Json(isArray ? $"[{entity}]" : entity);
    }

    [BrokerTheory, MemberData(nameof(InEachMode)), Clause("6.3.17"), Clause("5.7.1"), Clause("5.7.2"), Clause("4.3.6")]
    public async Task A_read_gives_what_there_is_and_tells_what_is_wrong(string mode, string answer, string? warning, HttpStatusCode alone)
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities/" + Id, Reply(answer, isArray: false)).Answer("GET", "entities", Reply(answer, isArray: true));
        await RegisterAsync(source.Url, mode, One(Id), "b", "retrieveOps", Hurried(answer));
        var seen = alone == HttpStatusCode.OK;

        // Without a part here. Only what is nowhere else is the source's own failure; of the rest this broker says that it does not know it.
        if (mode is "inclusive" or "auxiliary" && alone != HttpStatusCode.OK) alone = HttpStatusCode.NotFound;
        await ExpectAsync(alone, $"entities/{Id}?format=keyValues", seen ? "b=2" : null);
        await ExpectAsync(HttpStatusCode.OK, $"entities?type={Type}&format=keyValues&count=true", seen ? "b=2" : null);

        // With one.
        (await PostAsync("entities?local=true", Entity(Id, """{"a":{"type":"Property","value":1} }"""))).Expect(HttpStatusCode.Created);
        await ExpectAsync(HttpStatusCode.OK, $"entities/{Id}?format=keyValues", seen ? "a=1 b=2" : "a=1");
        await ExpectAsync(HttpStatusCode.OK, $"entities?type={Type}&format=keyValues&count=true", seen ? "a=1 b=2" : "a=1");

        async Task ExpectAsync(HttpStatusCode status, string path, string? values)
        {
            var got = await GetAsync(path);
            got.Expect(status);
            var told = got.Header("NGSILD-Warning");
            Assert.True((warning ?? "") == told.Split(' ')[0], $"{warning ?? "no warning"} expected: {told}");
            if (status != HttpStatusCode.OK)
            {
                Assert.EndsWith(status == HttpStatusCode.NotFound ? "/ResourceNotFound" : "/InternalError", (string?)got.Json["type"], StringComparison.Ordinal);
                return;
            }

            var found = got.Json is JsonArray all ? all : [got.Json.DeepClone()];
            Assert.Equal(values ?? "", string.Join(" / ", found.Select(entity => Values(entity!))));
            if (got.Json is JsonArray) Assert.Equal(values is null ? "0" : "1", got.Header("NGSILD-Results-Count"));
        }
    }

    [BrokerFact, Clause("6.3.17"), Clause("5.7.1")]
    public async Task Each_warning_has_a_code_and_an_agent_and_a_text()
    {
        await using var source = new ScriptedSource();
        source.Always(SourceReply.Of(HttpStatusCode.Forbidden));
        var registration = Uri.UnescapeDataString((await RegisterAsync(source.Url, members: $$"""{"contextSourceAlias":"a{{Type}}"}""")).Split('/')[^1]);
        var warning = (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.NotFound).Header("NGSILD-Warning");
        Assert.StartsWith($"299 a{Type} \"Miscellaneous Persistent Warning: {registration}: ", warning, StringComparison.Ordinal);
        Assert.EndsWith("\"", warning, StringComparison.Ordinal);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("5.7.3"), Clause("5.7.4"), Clause("6.18"), Clause("6.19")]
    [InlineData("404", "")]
    [InlineData("403", "299")]
    [InlineData("500", "299")]
    [InlineData("508", "199")]
    [InlineData("no time", "199")]
    [InlineData("no JSON", "111")]
    [InlineData("no Entity", "111")]
    public async Task A_history_is_told_as_far_as_it_is_known(string answer, string warning)
    {
        const string Hour = "timerel=between&timeAt=2026-01-01T10:00:00Z&endTimeAt=2026-01-01T11:00:00Z";
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entities/" + Id, Reply(answer, isArray: false)).Answer("GET", "temporal/entities", Reply(answer, isArray: true));
        await RegisterAsync(source.Url, operations: "retrieveTemporal queryTemporal", members: Hurried(answer));
        var missing = await GetAsync($"temporal/entities/{Id}?{Hour}");
        missing.ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        Assert.Equal(warning, missing.Header("NGSILD-Warning").Split(' ')[0]);

        Remember("temporal/entities/" + Id);
        await PostAsync("temporal/entities?local=true", Entity(Id, """{"a":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"}]}"""));
        foreach (var path in (string[])[$"temporal/entities/{Id}?{Hour}", $"temporal/entities?type={Type}&{Hour}"])
        {
            var got = (await GetAsync(path)).Expect(HttpStatusCode.OK);
            Assert.Equal(1, (int?)(got.Json is JsonArray all ? all[0]! : got.Json)["a"]![0]!["value"]);
            Assert.Equal(warning, got.Header("NGSILD-Warning").Split(' ')[0]);
        }
    }

    [BrokerFact, Clause("5.7.3"), Clause("4.5.7"), Clause("5.2.20")]
    public async Task Instances_keep_the_ids_that_their_source_gives_them()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "temporal/entities/" + Id, SourceReply.Json(Entity(Id, """
            {"a":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z","instanceId":"urn:ngsi-ld:0b6b7f0c-1"},
                  {"type":"Property","value":2,"observedAt":"2026-01-01T10:10:00Z"}]}
            """)));
        await RegisterAsync(source.Url, operations: "retrieveTemporal");
        var instances = (await GetAsync($"temporal/entities/{Id}")).Expect(HttpStatusCode.OK).Json["a"]!;
        Assert.Equal(("urn:ngsi-ld:0b6b7f0c-1", null), ((string?)instances[0]!["instanceId"], (string?)instances[1]!["instanceId"]));
    }
}
