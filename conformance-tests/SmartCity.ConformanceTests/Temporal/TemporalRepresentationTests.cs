using System.Net;
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
}
