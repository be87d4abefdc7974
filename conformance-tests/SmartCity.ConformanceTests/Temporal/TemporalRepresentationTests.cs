using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Temporal;

public class TemporalRepresentationTests : TemporalTest
{
    private const string Kinds = """
        {"p":[{"type":"Property","value":"x","observedAt":"2026-01-01T10:00:00Z"},{"type":"Property","value":{"a":1},"observedAt":"2026-01-01T10:10:00Z"}],
         "g":[{"type":"GeoProperty","value":{"type":"Point","coordinates":[8,40]},"observedAt":"2026-01-01T10:00:00Z"}],
         "r":[{"type":"Relationship","object":"urn:x:1","observedAt":"2026-01-01T10:00:00Z"}],
         "l":[{"type":"LanguageProperty","languageMap":{"en":"yes","fr":"oui"},"observedAt":"2026-01-01T10:00:00Z"}],
         "v":[{"type":"VocabProperty","vocab":"Male","observedAt":"2026-01-01T10:00:00Z"}],
         "lp":[{"type":"ListProperty","valueList":[1,2],"observedAt":"2026-01-01T10:00:00Z"}],
         "lr":[{"type":"ListRelationship","objectList":["urn:x:1","urn:x:2"],"observedAt":"2026-01-01T10:00:00Z"}],
         "j":[{"type":"JsonProperty","json":{"k":1},"observedAt":"2026-01-01T10:00:00Z"}],
         "scope":[{"type":"Property","value":"/a","observedAt":"2026-01-01T10:00:00Z"}]}
        """;

    [BrokerTheory, Clause("4.5.9"), Clause("6.3.12")]
    [InlineData("format=temporalValues")]
    [InlineData("options=temporalValues")]
    [InlineData("options=aggregatedValues&format=temporalValues")]
    public async Task temporalValues_are_pairs_of_value_and_time(string query)
    {
        await EvolveAsync(Kinds);
        await EvolvedAsync("""
            {"p":{"type":"Property","values":[["x","2026-01-01T10:00:00Z"],[{"a":1},"2026-01-01T10:10:00Z"]]},
             "g":{"type":"GeoProperty","values":[[{"type":"Point","coordinates":[8,40]},"2026-01-01T10:00:00Z"]]},
             "r":{"type":"Relationship","objects":[["urn:x:1","2026-01-01T10:00:00Z"]]},
             "l":{"type":"LanguageProperty","languageMaps":[[{"languageMap":{"en":"yes","fr":"oui"}},"2026-01-01T10:00:00Z"]]},
             "v":{"type":"VocabProperty","vocabs":[[{"vocab":"Male"},"2026-01-01T10:00:00Z"]]},
             "lp":{"type":"ListProperty","valueLists":[[[1,2],"2026-01-01T10:00:00Z"]]},
             "lr":{"type":"ListRelationship","objectLists":[[["urn:x:1","urn:x:2"],"2026-01-01T10:00:00Z"]]},
             "j":{"type":"JsonProperty","jsons":[[{"json":{"k":1}},"2026-01-01T10:00:00Z"]]},
             "scope":{"type":"Property","values":[["/a","2026-01-01T10:00:00Z"]]}}
            """, query);
    }

    [BrokerFact, Clause("4.5.7"), Clause("6.3.7")]
    public async Task Concise_instances_say_no_type()
    {
        await EvolveAsync(Kinds);
        await EvolvedAsync("""
            {"p":[{"value":"x","observedAt":"2026-01-01T10:00:00Z"},{"value":{"a":1},"observedAt":"2026-01-01T10:10:00Z"}],
             "r":[{"object":"urn:x:1","observedAt":"2026-01-01T10:00:00Z"}],
             "g":[{"value":{"type":"Point","coordinates":[8,40]},"observedAt":"2026-01-01T10:00:00Z"}]}
            """, "format=concise&pick=id,p,r,g");
    }

    [BrokerFact, Clause("4.15"), Clause("5.7.4")]
    public async Task lang_reduces_languages_in_every_form()
    {
        await EvolveAsync(Kinds);
        await EvolvedAsync("""{"l":[{"type":"Property","value":"oui","lang":"fr","observedAt":"2026-01-01T10:00:00Z"}]}""", "lang=fr&pick=id,l");
        await EvolvedAsync("""{"l":{"type":"Property","values":[["oui","2026-01-01T10:00:00Z"]]}}""", "lang=fr&pick=id,l&format=temporalValues");
    }

    [BrokerFact, Clause("6.3.11"), Clause("4.8")]
    public async Task sysAttrs_shows_the_times_of_the_broker()
    {
        await EvolveAsync(SixSpeeds);
        var shown = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs")).Expect(HttpStatusCode.OK).Json;
        Assert.NotNull(shown["createdAt"]);
        Assert.NotNull(shown["modifiedAt"]);
        Assert.NotNull(shown["speed"]![0]!["createdAt"]);
        Assert.NotNull(shown["speed"]![0]!["modifiedAt"]);
        var plain = (await GetAsync($"temporal/entities/{Id}")).Json;
        Assert.Null(plain["createdAt"]);
        Assert.Null(plain["speed"]![0]!["createdAt"]);
        Assert.NotNull(plain["speed"]![0]!["instanceId"]);
    }

    [BrokerFact, Clause("6.3.6"), Clause("6.3.5"), Clause("6.3.4")]
    public async Task The_context_is_in_the_Link_header_or_in_each_Entity()
    {
        await EvolveAsync(SixSpeeds);
        var json = await GetAsync($"temporal/entities?type={Type}&{Between}");
        Assert.Equal("application/json", json.MediaType);
        Assert.Contains("rel=\"http://www.w3.org/ns/json-ld#context\"", json.Header("Link"), StringComparison.Ordinal);
        Assert.Null(json.Json[0]!["@context"]);
        var ld = await GetAsync($"temporal/entities?type={Type}&{Between}", Accept(LdJson));
        Assert.Equal(LdJson, ld.MediaType);
        Assert.NotNull(ld.Json[0]!["@context"]);
        Assert.NotNull((await GetAsync($"temporal/entities/{Id}", Accept(LdJson))).Json["@context"]);
        (await GetAsync($"temporal/entities/{Id}", Accept(GeoJson))).Expect(HttpStatusCode.NotAcceptable);
    }

    [BrokerFact, Clause("4.5.7"), Clause("5.6.11")]
    public async Task A_deletion_is_an_instance_of_its_own()
    {
        await EvolveAsync("""
            {"p":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"},
                  {"type":"Property","value":"urn:ngsi-ld:null","observedAt":"2026-01-01T10:10:00Z","deletedAt":"2026-01-01T10:10:00Z"}]}
            """);
        Assert.Equal("1 \"urn:ngsi-ld:null\"", await ValuesAsync("p", ""));
        var shown = (await GetAsync($"temporal/entities/{Id}?options=sysAttrs&timeproperty=deletedAt&timerel=after&timeAt=2026-01-01T10:00:00Z")).Expect(HttpStatusCode.OK);
        Assert.Equal("2026-01-01T10:10:00Z", (string?)Assert.Single(shown.Json["p"]!.AsArray())!["deletedAt"]);
        await EvolvedAsync("""{"p":{"type":"Property","values":[[1,"2026-01-01T10:00:00Z"],["urn:ngsi-ld:null","2026-01-01T10:10:00Z"]]}}""", "format=temporalValues");
    }

    [BrokerTheory, Clause("4.3.6.8"), Clause("6.3.6"), Clause("6.18"), Clause("6.19")]
    [InlineData("1.2", "", """{"p":[{"type":"Property","value":1},{"type":"Property","value":2}],"v":[{"type":"Property","value":"Male"}],"l":[{"type":"Property","value":{"en":"yes"}}]}""")]
    [InlineData("1.3", "", """{"p":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"},{"type":"Property","value":2,"observedAt":"2026-01-01T10:10:00Z"},{"type":"Property","value":7,"observedAt":"2026-01-01T10:20:00Z","datasetId":"urn:x:d"}],"v":[{"type":"Property","value":"Male","observedAt":"2026-01-01T10:00:00Z"}],"l":[{"type":"Property","value":{"en":"yes"},"observedAt":"2026-01-01T10:00:00Z"}]}""")]
    [InlineData("1.5", "&format=temporalValues&pick=id,v,l,scope", """{"v":{"type":"Property","values":[["Male","2026-01-01T10:00:00Z"]]},"l":{"type":"LanguageProperty","languageMaps":[[{"languageMap":{"en":"yes"}},"2026-01-01T10:00:00Z"]]},"scope":{"type":"Property","values":[["/a","2026-01-01T10:00:00Z"]]}}""")]
    [InlineData("1.3", "&format=temporalValues&pick=id,v,l,scope", """{"v":{"type":"Property","values":[["Male","2026-01-01T10:00:00Z"]]},"l":{"type":"Property","values":[[{"en":"yes"},"2026-01-01T10:00:00Z"]]}}""")]
    public async Task An_evolution_keeps_to_the_version_that_is_preferred(string version, string query, string members)
    {
        await EvolveAsync("""
            {"p":[{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z"},{"type":"Property","value":2,"observedAt":"2026-01-01T10:10:00Z"},
                  {"type":"Property","value":7,"observedAt":"2026-01-01T10:20:00Z","datasetId":"urn:x:d"}],
             "v":[{"type":"VocabProperty","vocab":"Male","observedAt":"2026-01-01T10:00:00Z"}],
             "l":[{"type":"LanguageProperty","languageMap":{"en":"yes"},"observedAt":"2026-01-01T10:00:00Z"}],
             "scope":[{"type":"Property","value":"/a","observedAt":"2026-01-01T10:00:00Z"}]}
            """);
        Answer[] answers =
        [
            await GetAsync($"temporal/entities/{Id}?{query}", ("Prefer", $"ngsi-ld={version}")),
            await GetAsync($"temporal/entities?type={Type}&{Between}{query}", ("Prefer", $"ngsi-ld={version}")),
        ];
        foreach (var answer in answers)
        {
            answer.Expect(HttpStatusCode.NonAuthoritativeInformation);
            Assert.Equal($"ngsi-ld={version}", answer.Header("Preference-Applied"));
            var evolution = Bare((answer.Json is JsonArray found ? found[0]! : answer.Json).AsObject());
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(members), evolution), $"expected {members}\nread     {evolution.ToJsonString()}");
        }
    }

    [BrokerFact, Clause("4.3.6.8"), Clause("6.3.6")]
    public async Task An_evolution_that_an_old_version_knows_is_not_altered()
    {
        await EvolveAsync(SixSpeeds);
        var answer = (await GetAsync($"temporal/entities/{Id}", ("Prefer", "ngsi-ld=1.3"))).Expect(HttpStatusCode.OK);
        Assert.Equal("ngsi-ld=1.3", answer.Header("Preference-Applied"));
    }
}
