using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Attributes;

public class AttributeOperationTests : BrokerTest
{
    private const string Before =
        """{"t":{"type":"Property","value":25,"unitCode":"CEL","observedAt":"2022-03-14T01:59:26.535Z"},"b":{"type":"Property","value":1}}""";

    [BrokerFact, Clause("5.6.3"), Clause("6.6")]
    public async Task Attributes_are_appended_and_overwritten()
    {
        await CreateAsync(Before);
        (await PostAsync($"entities/{Id}/attrs", """{"t":{"type":"Property","value":30},"c":{"type":"Property","value":2}}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"t":{"type":"Property","value":30},"b":{"type":"Property","value":1},"c":{"type":"Property","value":2}}""");
    }

    [BrokerFact, Clause("5.6.3")]
    public async Task Overwriting_is_denied_where_asked_and_reported()
    {
        await CreateAsync(Before);
        var answer = await PostAsync($"entities/{Id}/attrs?options=noOverwrite", """{"b":{"type":"Property","value":3},"c":{"type":"Property","value":2}}""");
        answer.Expect(HttpStatusCode.MultiStatus);
        Assert.Single(answer.Json["updated"]!.AsArray());
        Assert.EndsWith("/c", (string?)answer.Json["updated"]![0], StringComparison.Ordinal);
        Assert.EndsWith("/b", (string?)answer.Json["notUpdated"]![0]!["attributeName"], StringComparison.Ordinal);
        Assert.NotEqual("", (string)answer.Json["notUpdated"]![0]!["reason"]!);
        Assert.Equal(1, (int?)(await ReadAsync())["b"]!["value"]);
    }

    [BrokerTheory, Clause("5.6.2"), Clause("5.5.8"), Clause("5.4")]
    [InlineData("""{"t":{"type":"Property","value":100}}""", """{"t":{"type":"Property","value":100},"b":{"type":"Property","value":1}}""")]
    [InlineData("""{"t":{"type":"Property","value":"urn:ngsi-ld:null"}}""", """{"b":{"type":"Property","value":1}}""")]
    [InlineData("""{"b":"urn:ngsi-ld:null","c":{"type":"Property","value":2},"t":{"type":"Relationship","object":"urn:x:1"}}""", """{"t":{"type":"Relationship","object":"urn:x:1"},"c":{"type":"Property","value":2}}""")]
    public async Task An_update_replaces_whole_Attributes(string fragment, string after)
    {
        await CreateAsync(Before);
        (await PatchAsync($"entities/{Id}/attrs", fragment)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync(after);
    }

    [BrokerTheory, Clause("5.6.4"), Clause("5.5.8"), Clause("6.7")]
    [InlineData("""{"type":"Property","value":100,"observedAt":"2022-03-14T13:00:00.000Z"}""", """{"type":"Property","value":100,"unitCode":"CEL","observedAt":"2022-03-14T13:00:00.000Z"}""")]
    [InlineData("""{"value":26}""", """{"type":"Property","value":26,"unitCode":"CEL","observedAt":"2022-03-14T01:59:26.535Z"}""")]
    [InlineData("""{"unitCode":"urn:ngsi-ld:null","by":{"type":"Relationship","object":"urn:x:1"}}""", """{"type":"Property","value":25,"observedAt":"2022-03-14T01:59:26.535Z","by":{"type":"Relationship","object":"urn:x:1"}}""")]
    public async Task A_partial_update_replaces_members_of_one_Attribute(string fragment, string after)
    {
        await CreateAsync(Before);
        (await PatchAsync($"entities/{Id}/attrs/t", fragment)).Expect(HttpStatusCode.NoContent);
        await ReadsAsync($$$"""{"t":{{{after}}},"b":{"type":"Property","value":1}}""");
    }

    [BrokerFact, Clause("5.6.4")]
    public async Task A_partial_update_needs_its_target_and_keeps_its_kind()
    {
        await CreateAsync(Before);
        (await PatchAsync($"entities/{Id}/attrs/z", """{"value":1}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PatchAsync($"entities/{Id}/attrs/b", """{"value":1,"datasetId":"urn:x:1"}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PatchAsync($"entities/{Id}/attrs/b", """{"type":"Relationship","object":"urn:x:1"}""")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PatchAsync($"entities/{Id}/attrs/scope", """{"value":"/x"}""")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await PatchAsync($"entities/{NewId()}/attrs/b", """{"value":1}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.6.19")]
    public async Task A_replacement_gives_one_Attribute_new_content()
    {
        await CreateAsync(Before);
        (await PutAsync($"entities/{Id}/attrs/t", """{"type":"Property","value":30}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"t":{"type":"Property","value":30},"b":{"type":"Property","value":1}}""");
        (await PutAsync($"entities/{Id}/attrs/z", """{"type":"Property","value":30}""")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await PutAsync($"entities/{Id}/attrs/scope", """{"type":"Property","value":30}""")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }

    [BrokerFact, Clause("5.6.5")]
    public async Task An_Attribute_is_deleted_by_instance_or_whole()
    {
        await CreateAsync("""
            {"s":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:1"},{"type":"Property","value":3,"datasetId":"urn:x:2"}]}
            """);
        (await DeleteAsync($"entities/{Id}/attrs/s?datasetId=urn:x:1")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"s":[{"type":"Property","value":1},{"type":"Property","value":3,"datasetId":"urn:x:2"}]}""");
        (await DeleteAsync($"entities/{Id}/attrs/s?datasetId=urn:x:1")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await DeleteAsync($"entities/{Id}/attrs/s")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"s":{"type":"Property","value":3,"datasetId":"urn:x:2"}}""");
        (await DeleteAsync($"entities/{Id}/attrs/s?deleteAll=true")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{}");
        (await DeleteAsync($"entities/{Id}/attrs/s?deleteAll=true")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }
}
