using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

public class MergeTests : BrokerTest
{
    [BrokerTheory, Clause("5.6.17"), Clause("5.5.12"), Clause("5.4")]
    [InlineData(
        """{"t":{"type":"Property","value":25,"unitCode":"CEL","observedAt":"2022-03-14T01:59:26.535Z"}}""",
        """{"t":{"type":"Property","value":100,"observedAt":"2022-03-14T13:00:00.000Z"}}""",
        """{"t":{"type":"Property","value":100,"unitCode":"CEL","observedAt":"2022-03-14T13:00:00.000Z"}}""")]
    [InlineData(
        """{"p":{"type":"Property","value":{"street":"A","city":"Berlin","country":"Germany"}}}""",
        """{"p":{"type":"Property","value":{"street":"B","country":"urn:ngsi-ld:null"}}}""",
        """{"p":{"type":"Property","value":{"street":"B","city":"Berlin"}}}""")]
    [InlineData(
        """{"a":{"type":"Property","value":1,"b":{"type":"Property","value":1}},"c":{"type":"Property","value":1}}""",
        """{"a":{"type":"Property","value":2,"b":"urn:ngsi-ld:null"},"c":"urn:ngsi-ld:null","d":{"type":"Property","value":4}}""",
        """{"a":{"type":"Property","value":2},"d":{"type":"Property","value":4}}""")]
    [InlineData(
        """{"n":{"type":"LanguageProperty","languageMap":{"en":"Square","fr":"Place"}}}""",
        """{"n":{"type":"LanguageProperty","languageMap":{"nl":"Plein","fr":"urn:ngsi-ld:null"}}}""",
        """{"n":{"type":"LanguageProperty","languageMap":{"en":"Square","nl":"Plein"}}}""")]
    [InlineData(
        """{"r":{"type":"Relationship","object":"urn:x:1","since":{"type":"Property","value":1}}}""",
        """{"r":{"type":"Relationship","object":"urn:x:2"}}""",
        """{"r":{"type":"Relationship","object":"urn:x:2","since":{"type":"Property","value":1}}}""")]
    public async Task A_Fragment_is_merged_to_any_depth(string before, string fragment, string after)
    {
        await CreateAsync(before);
        (await PatchAsync($"entities/{Id}", fragment, "application/merge-patch+json")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync(after);
    }

    [BrokerFact, Clause("5.6.17")]
    public async Task Simplified_values_keep_the_kinds_that_they_meet()
    {
        await CreateAsync("""
            {"a":{"type":"Property","value":1,"observedAt":"2022-03-14T12:00:00Z"},
             "r":{"type":"Relationship","object":"urn:x:1"},
             "n":{"type":"LanguageProperty","languageMap":{"en":"Square"}}}
            """);
        var answer = await PatchAsync(
            $"entities/{Id}?format=simplified&lang=nl&observedAt=2026-03-01T12:00:00Z", """{"a":2,"r":"urn:x:2","n":"Plein","b":3}""");
        answer.Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""
            {"a":{"type":"Property","value":2,"observedAt":"2026-03-01T12:00:00Z"},
             "r":{"type":"Relationship","object":"urn:x:2"},
             "n":{"type":"LanguageProperty","languageMap":{"en":"Square","nl":"Plein"}},
             "b":{"type":"Property","value":3}}
            """);
    }

    [BrokerFact, Clause("5.6.17")]
    public async Task Only_what_exists_is_merged() =>
        (await PatchAsync($"entities/{Id}", """{"a":{"type":"Property","value":1}}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");

    [BrokerFact, Clause("5.6.17"), Clause("4.5.5")]
    public async Task A_Fragment_targets_the_instance_of_its_datasetId()
    {
        await CreateAsync("""{"s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]}""");
        (await PatchAsync($"entities/{Id}", """{"s":{"type":"Property","value":3,"datasetId":"urn:x:gps"}}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"s":[{"type":"Property","value":1},{"type":"Property","value":3,"datasetId":"urn:x:gps"}]}""");
    }
}
