using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Http;

/// <summary>Older versions of the standard: answers, bodies and notifications that keep to one of them.</summary>
public class VersionTests : BrokerTest
{
    private const string New = """
        {"scope":"/x","p":{"type":"Property","value":1,"unitCode":"KMH","valueType":"Speed"},
         "v":{"type":"VocabProperty","vocab":"a"},"l":{"type":"LanguageProperty","languageMap":{"en":"a"}}}
        """;

    private static (string, string) Prefer(string value) => ("Prefer", value);

    [BrokerTheory, Clause("4.3.6.8"), Clause("6.3.6"), Clause("6.4"), Clause("6.5"), Clause("6.23")]
    [InlineData("1.2", """{"p":{"type":"Property","value":1},"v":{"type":"Property","value":"a"},"l":{"type":"Property","value":{"en":"a"}}}""")]
    [InlineData("1.3", """{"p":{"type":"Property","value":1,"unitCode":"KMH"},"v":{"type":"Property","value":"a"},"l":{"type":"Property","value":{"en":"a"}}}""")]
    [InlineData("1.5", """{"scope":"/x","p":{"type":"Property","value":1,"unitCode":"KMH"},"v":{"type":"Property","value":"a"},"l":{"type":"LanguageProperty","languageMap":{"en":"a"}}}""")]
    [InlineData("1.8", """{"scope":"/x","p":{"type":"Property","value":1,"unitCode":"KMH"},"v":{"type":"VocabProperty","vocab":"a"},"l":{"type":"LanguageProperty","languageMap":{"en":"a"}}}""")]
    public async Task An_answer_keeps_to_the_version_that_is_preferred(string version, string members)
    {
        await CreateAsync(New);
        var expected = Entity(Id, members);
        var query = $$"""{"type":"Query","entities":[{"type":"{{Type}}"}]}""";
        Answer[] answers =
        [
            await GetAsync($"entities/{Id}", Prefer($"ngsi-ld={version}")),
            await GetAsync($"entities?type={Type}", Prefer($"return=minimal, ngsi-ld=\"{version}\"")),
            await PostAsync("entityOperations/query", query, "application/json", Prefer($"ngsi-ld={version}")),
        ];
        foreach (var answer in answers)
        {
            answer.Expect(HttpStatusCode.NonAuthoritativeInformation);
            Assert.Equal($"ngsi-ld={version}", answer.Header("Preference-Applied"));
            Assert.Contains("json-ld#context", answer.Header("Link"), StringComparison.Ordinal);
            answer.ExpectJson(answer.Json is System.Text.Json.Nodes.JsonArray ? $"[{expected}]" : expected);
        }
    }

    [BrokerTheory, Clause("4.3.6.8"), Clause("6.3.6")]
    [InlineData("application/ld+json")]
    [InlineData("application/geo+json")]
    public async Task A_version_is_kept_to_in_every_media_type(string type)
    {
        await CreateAsync(New);
        var answer = (await GetAsync($"entities/{Id}", Prefer("ngsi-ld=1.3"), Accept(type))).Expect(HttpStatusCode.NonAuthoritativeInformation);
        Assert.Equal(type, answer.MediaType);
        Assert.Equal("ngsi-ld=1.3", answer.Header("Preference-Applied"));
        Assert.NotNull(answer.Json["@context"]);
        Assert.Null((answer.Json["properties"] ?? answer.Json)["scope"]);
    }

    [BrokerTheory, Clause("4.3.6.8"), Clause("6.3.6")]
    [InlineData("1.9", "1.9")]
    [InlineData("1.10", "1.9")]
    [InlineData("2.0", "1.9")]
    public async Task Versions_of_today_and_later_are_answered_in_full(string version, string conformant)
    {
        await CreateAsync(New);
        var answer = (await GetAsync($"entities/{Id}", Prefer($"ngsi-ld={version}"))).Expect(HttpStatusCode.OK);
        Assert.Equal($"ngsi-ld={conformant}", answer.Header("Preference-Applied"));
        answer.ExpectJson(Entity(Id, New));
    }

    [BrokerFact, Clause("4.3.6.8"), Clause("6.3.6")]
    public async Task What_an_old_version_knows_already_is_not_altered()
    {
        await CreateAsync("""{"p":{"type":"Property","value":1}}""");
        var answer = (await GetAsync($"entities/{Id}", Prefer("ngsi-ld=1.0"))).Expect(HttpStatusCode.OK);
        Assert.Equal("ngsi-ld=1.0", answer.Header("Preference-Applied"));
    }

    [BrokerTheory, Clause("6.3.6")]
    [InlineData("ngsi-ld=latest")]
    [InlineData("ngsi-ld=0.9")]
    [InlineData("ngsi-ld")]
    [InlineData("respond-async")]
    public async Task A_preference_that_is_not_understood_is_passed_over(string preference)
    {
        await CreateAsync(New);
        var answer = (await GetAsync($"entities/{Id}", Prefer(preference))).Expect(HttpStatusCode.OK);
        Assert.DoesNotContain("Preference-Applied", answer.Headers.Keys);
        answer.ExpectJson(Entity(Id, New));
    }

    [BrokerFact, Clause("6.3.21"), Clause("5.5.4")]
    public async Task A_body_may_say_which_version_it_conforms_to()
    {
        (string, string)[] profile = [("Link", "<https://uri.etsi.org/ngsi-ld/profile/version>; rel=\"profile\"; version=\"1.5\"")];
        (await PostAsync("entities", Entity(Id, New), "application/json", profile)).Expect(HttpStatusCode.Created);
        await ReadsAsync(New);
        var other = NewId();
        var body = Entity(other, $$$"""{"@context":"{{{CoreContext}}}","p":{"type":"Property","value":1}}""");
        (await PostAsync("entities", body, LdJson, profile)).Expect(HttpStatusCode.Created);
    }

    [BrokerFact, Clause("4.3.6.8"), Clause("5.8.6"), Clause("5.8.2")]
    public async Task Notifications_keep_to_the_version_of_the_Subscription()
    {
        await using var receiver = new Receiver();
        var subscription = $$$"""
            {"type":"Subscription","entities":[{"type":"{{{Type}}}"}],"ngsildConformance":"1.3",
             "notification":{"endpoint":{"uri":"{{{receiver.Url}}}/n","accept":"application/json"} } }
            """;
        var created = (await PostAsync("subscriptions", subscription)).Expect(HttpStatusCode.Created);
        Assert.Equal("1.3", (string?)(await GetAsync(created.Location!)).Json["ngsildConformance"]);
        await CreateAsync(New);
        var entity = (await receiver.NextAsync()).Data[0]!;
        Assert.Equal("Property", (string?)entity["v"]!["type"]);
        Assert.Equal("a", (string?)entity["v"]!["value"]);
        Assert.Null(entity["scope"]);

        (await PatchAsync(created.Location!, """{"ngsildConformance":"1.8"}""")).Expect(HttpStatusCode.NoContent);
        (await PatchAsync($"entities/{Id}/attrs/p", """{"value":2}""")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("/x", (string?)(await receiver.NextAsync()).Data[0]!["scope"]);
    }

    [BrokerTheory, Clause("5.8.1")]
    [InlineData("\"new\"")]
    [InlineData("1.5")]
    [InlineData("\"1.5.1\"")]
    public async Task A_Subscription_to_no_version_is_refused(string version) =>
        (await PostAsync("subscriptions", $$$"""
            {"type":"Subscription","entities":[{"type":"{{{Type}}}"}],"ngsildConformance":{{{version}}},
             "notification":{"endpoint":{"uri":"http://localhost:9/n"} } }
            """)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
}
