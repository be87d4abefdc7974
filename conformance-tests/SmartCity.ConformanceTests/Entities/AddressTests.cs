using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Entities;

/// <summary>Operations on one Entity or one of its Attributes: whether there is what they name.</summary>
public class AddressTests : BrokerTest
{
    private const string A = """{"type":"Property","value":1}""";

    /// <summary>Method, the rest of the path behind the id, and a body that fits.</summary>
    public static TheoryData<string, string, string> Operations() => new()
    {
        { "GET", "", "" },
        { "DELETE", "", "" },
        { "PUT", "", $$"""{"type":"$type","a":{{A}}}""" },
        { "PATCH", "", $$"""{"a":{{A}}}""" },
        { "POST", "/attrs", $$"""{"a":{{A}}}""" },
        { "PATCH", "/attrs", $$"""{"a":{{A}}}""" },
        { "PATCH", "/attrs/a", A },
        { "PUT", "/attrs/a", A },
        { "DELETE", "/attrs/a", "" },
    };

    private Task<Answer> AskAsync(string method, string path, string body) => SendAsync(
        new HttpMethod(method), path, body.Length == 0 ? null : body.Replace("$type", Type, StringComparison.Ordinal), "application/json");

    [BrokerTheory, Clause("5.7.1"), Clause("5.6.6"), Clause("5.6.18"), Clause("5.6.17"), Clause("5.6.3"), Clause("5.6.2"), Clause("5.6.4"), Clause("5.6.19"), Clause("5.6.5")]
    [MemberData(nameof(Operations))]
    public async Task An_id_is_a_URI_and_of_something(string method, string rest, string body)
    {
        (await AskAsync(method, $"entities/noURI{rest}", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await AskAsync(method, $"entities/{Id}{rest}", body)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerTheory, Clause("4.17"), Clause("6.5"), Clause("6.6"), Clause("6.7")]
    [MemberData(nameof(Operations))]
    public async Task The_type_parameter_selects(string method, string rest, string body)
    {
        await CreateAsync($$"""{"type":["{{Type}}","{{Type}}B"],"a":{{A}}}""");
        foreach (var other in (string[])["Other", $"({Type};Other)", $"Other{Type}|Third"])
        {
            (await AskAsync(method, $"entities/{Id}{rest}?type={Encode(other)}", body)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        }

        var answer = await AskAsync(method, $"entities/{Id}{rest}?type={Encode($"Other|({Type};{Type}B)")}", body);
        Assert.True((int)answer.Status is 200 or 204, answer.Body);
    }

    [BrokerTheory, Clause("5.6.4"), Clause("5.6.19"), Clause("5.6.5"), Clause("6.7")]
    [InlineData("PATCH", A)]
    [InlineData("PUT", A)]
    [InlineData("DELETE", "")]
    public async Task An_Attribute_has_a_name_and_is_there(string method, string body)
    {
        await CreateAsync($$"""{"a":{{A}},"scope":"/x"}""");
        (await AskAsync(method, $"entities/{Id}/attrs/none", body)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        foreach (var name in (string[])["a b", "1a", "a-b"])
        {
            (await AskAsync(method, $"entities/{Id}/attrs/{Encode(name)}", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        }

        if (method != "DELETE") (await AskAsync(method, $"entities/{Id}/attrs/scope", body)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        await ReadsAsync($$"""{"a":{{A}},"scope":"/x"}""");
    }

    [BrokerTheory, Clause("5.6.4"), Clause("5.6.19"), Clause("4.5.5")]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task Another_instance_is_not_this_one(string method)
    {
        await CreateAsync("""{"a":{"type":"Property","value":1,"datasetId":"urn:x:1"},"b":{"type":"Property","value":1}}""");
        const string Default = """{"type":"Property","value":2}""", Second = """{"type":"Property","value":2,"datasetId":"urn:x:2"}""";
        (await AskAsync(method, $"entities/{Id}/attrs/a", Default)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await AskAsync(method, $"entities/{Id}/attrs/a", Second)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await AskAsync(method, $"entities/{Id}/attrs/b", Second)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await AskAsync(method, $"entities/{Id}/attrs/a", """{"type":"Property","value":2,"datasetId":"urn:x:1"}""")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("""{"a":{"type":"Property","value":2,"datasetId":"urn:x:1"},"b":{"type":"Property","value":1}}""");
    }

    [BrokerFact, Clause("5.6.5"), Clause("6.7")]
    public async Task Deleting_an_Attribute_takes_a_datasetId_that_is_a_URI()
    {
        await CreateAsync($$"""{"a":{{A}}}""");
        (await DeleteAsync($"entities/{Id}/attrs/a?datasetId=noURI")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        (await DeleteAsync($"entities/{Id}/attrs/a?deleteAll=perhaps")).Expect(HttpStatusCode.BadRequest);
        (await DeleteAsync($"entities/{Id}/attrs/a?datasetId=@none")).Expect(HttpStatusCode.NoContent);
        await ReadsAsync("{}");
    }

    [BrokerFact, Clause("6.2"), Clause("6.5")]
    public async Task Ids_are_percent_encoded_and_slashes_at_the_end_mean_nothing()
    {
        var id = $"https://example.org/{Type}/ä?x=1&y#z";
        Remember("entities/" + Encode(id));
        await CreateAsync(id, $$"""{"a":{{A}}}""");
        var path = "entities/" + Encode(id);
        foreach (var written in (string[])[path, path + "/"])
        {
            Assert.Equal(id, (string?)(await GetAsync(written)).Expect(HttpStatusCode.OK).Json["id"]);
        }

        (await PatchAsync(path + "/attrs/a/", A)).Expect(HttpStatusCode.NoContent);
        (await PostAsync(path + "/attrs/", $$"""{"b":{{A}}}""")).Expect(HttpStatusCode.NoContent);
        (await DeleteAsync(path + "/")).Expect(HttpStatusCode.NoContent);
    }
}
