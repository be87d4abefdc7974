using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>A request as a row of a table, and what has to come back.</summary>
/// <param name="Request">Verb and target, such as <c>GET /version</c>.</param>
/// <param name="Status">The status code.</param>
public sealed record Ask(string Request, int Status)
{
    /// <summary>What the row shows; empty where the test says it.</summary>
    public string Rule { get; init; } = "";

    /// <summary>Null for none.</summary>
    public string? Body { get; init; }

    /// <summary>Lines <c>Name: value</c>.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>Lines <c>Name: value</c> that the answer has; <c>Name: -</c> where it must not have the header.</summary>
    public string[] Returns { get; init; } = [];

    /// <summary>The body of the answer as JSON, compared by structure; null where it does not matter, empty for none.</summary>
    public string? Answer { get; init; }

    /// <summary>The last word of the type of an error.</summary>
    public string? Error { get; init; }

    public override string ToString() => $"{Rule} {Request} {string.Join(" ", Headers)} {Body}";

    internal async Task CheckAsync(HttpHost host)
    {
        var (method, target) = (Request[..Request.IndexOf(' ')], Request[(Request.IndexOf(' ') + 1)..]);
        var answer = await host.SendAsync(method, target, Body, [.. Headers.Select(Split)]);
        Assert.True((HttpStatusCode)Status == answer.Status, $"{Status} was expected, {(int)answer.Status} came: {answer.Body}");
        foreach (var (name, value) in Returns.Select(Split)) Assert.Equal(value == "-" ? null : value, answer[name]);
        if (Error is not null) CheckError(answer);
        if (Answer is "") Assert.Equal("", answer.Body);
        if (Answer is not (null or "")) Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Answer), JsonNode.Parse(answer.Body)), answer.Body);
    }

    private void CheckError(Answer answer)
    {
        Assert.Equal("application/json", answer["Content-Type"]);
        Assert.Null(answer["Link"]);
        var problem = JsonNode.Parse(answer.Body)!;
        Assert.Equal("https://uri.etsi.org/ngsi-ld/errors/" + Error, (string?)problem["type"]);
        Assert.Equal(Status, (int?)problem["status"]);
        Assert.False(string.IsNullOrEmpty((string?)problem["title"]));
        Assert.False(string.IsNullOrEmpty((string?)problem["detail"]));
    }

    private static (string Name, string Value) Split(string line) =>
        (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
}
