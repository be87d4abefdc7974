using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>What NGSILD-Warning says (ETSI GS CIM 009 6.3.17).</summary>
public class WarningTests : FederationTest
{
    private const string Header = "NGSILD-Warning";

    private static string Value(string name, int value) => $$"""{"{{name}}":{"type":"Property","value":{{value}}} }""";

    [BrokerTheory, Clause("6.3.17")]
    [InlineData("kept", "110", "Response is Stale")]
    [InlineData("garbage", "111", "Revalidation Failed")]
    [InlineData("dead", "199", "Miscellaneous Warning")]
    [InlineData("forbidden", "299", "Miscellaneous Persistent Warning")]
    public async Task A_warning_has_the_code_and_what_it_stands_for(string source, string code, string meaning)
    {
        await using var scripted = new ScriptedSource();
        if (source == "kept") scripted.Holds(Id, Entity(Id, Value("b", 2)));
        else scripted.Always(source == "garbage" ? SourceReply.Json("<html>") : SourceReply.Error(HttpStatusCode.Forbidden, "AccessDenied"));
        var endpoint = source == "dead" ? $"http://{Target.ReceiverHost}:{Listening.FreePort()}" : scripted.Url;
        var name = (await RegisterAsync(endpoint, members: """{"management":{"cacheDuration":"PT5M"} }""")).Split('/')[^1];
        await CreateAsync(Id, Value("a", 1));
        await GetAsync($"entities/{Id}");
        var warning = (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK).Header(Header);
        Assert.Matches($"^{code} [^ ]+ \"{meaning}: .*{Regex.Escape(name)}.*\"$", warning);
    }

    [BrokerFact, Clause("6.3.17")]
    public async Task Warnings_do_not_grow_beyond_what_clients_read()
    {
        const int Sources = 80;
        var dead = $"http://{Target.ReceiverHost}:{Listening.FreePort()}";
        await CreateAsync(Id, Value("a", 1));
        for (var n = 0; n < Sources; n++) await RegisterAsync(dead, entities: One(Id));

        var warnings = (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.OK).Header(Header);
        var told = Regex.Count(warnings, "199 [^ ]+ \"[^\"]*registration[^\"]*\"");
        Assert.InRange(told, 1, 100);
        if (told < Sources) Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{Sources - told} more"), warnings, StringComparison.Ordinal);
        Assert.InRange(warnings.Length, 1, 32_000);
    }

    [BrokerTheory, Clause("6.3.17"), Clause("6.3.18"), InlineData("exclusive"), InlineData("redirect")]
    public async Task A_loop_is_told_beside_what_is_here(string mode)
    {
        await RegisterAsync(Target.Url!, mode, One(Id), "b", "retrieveOps");
        (await GetAsync($"entities/{Id}")).Expect(HttpStatusCode.LoopDetected);
        (await PostAsync("entities?local=true", Entity(Id, Value("a", 1)))).Expect(HttpStatusCode.Created);
        var answer = (await GetAsync($"entities/{Id}?format=keyValues")).Expect(HttpStatusCode.OK);
        Assert.Equal("a=1", Values(answer.Json));
        Assert.StartsWith("199 ", answer.Header(Header), StringComparison.Ordinal);
    }

    [BrokerFact, Clause("6.3.17"), Clause("5.12")]
    public async Task A_source_that_alone_has_something_and_was_passed_is_told_of()
    {
        await using var source = new ScriptedSource();
        await RegisterAsync(source.Url, "exclusive", One(Id), "b", "retrieveOps", """{"contextSourceAlias":"the-source"}""");
        (await PostAsync("entities?local=true", Entity(Id, Value("a", 1)))).Expect(HttpStatusCode.Created);
        foreach (var path in (string[])[$"entities/{Id}", $"entities?type={Type}"])
        {
            var answer = (await GetAsync(path, ("Via", "1.1 the-source"))).Expect(HttpStatusCode.OK);
            Assert.StartsWith("199 the-source ", answer.Header(Header), StringComparison.Ordinal);
        }

        Assert.Empty(source.Calls);
    }
}
