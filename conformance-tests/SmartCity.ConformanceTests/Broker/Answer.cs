using System.Net;
using System.Text.Json.Nodes;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>What the broker answered, read whole.</summary>
public sealed record Answer(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("the body is null");

    /// <summary>Empty where there is none.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public string MediaType => Header("Content-Type").Split(';')[0];

    public string? Location => Headers.GetValueOrDefault("Location");

    /// <summary>Asserts the status; the message shows the body.</summary>
    public Answer Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"expected {(int)status}, answered {(int)Status}: {Body}");
        return this;
    }

    /// <summary>Asserts an error of the standard (ETSI GS CIM 009 5.5.3, 6.3.3).</summary>
    public Answer ExpectError(HttpStatusCode status, string type)
    {
        Expect(status);
        Assert.Equal("application/json", MediaType);
        Assert.Equal("https://uri.etsi.org/ngsi-ld/errors/" + type, (string?)Json["type"]);
        Assert.False(string.IsNullOrEmpty((string?)Json["title"]), "title is missing");
        Assert.DoesNotContain("Link", Headers.Keys);
        return this;
    }

    /// <summary>Asserts that the body is this JSON, whatever the order of members.</summary>
    public Answer ExpectJson(string expected)
    {
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), Json), $"expected {expected}\nanswered {Body}");
        return this;
    }
}
