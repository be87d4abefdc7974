using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Http;

/// <summary>What programs that nobody here wrote have sent to a broker, sent again, in order.</summary>
public sealed class TraceTests(ITestOutputHelper output)
{
    private const string Registrations = "/ngsi-ld/v1/csourceRegistrations/";

    [Theory]
    [InlineData("iota-json")]
    [InlineData("iota-ul")]
    [InlineData("iota-lora")]
    [InlineData("ngsi-go")]
    public async Task A_recorded_client_gets_the_answers_it_needs(string client)
    {
        if (SharedFolder.Find($"clients/trace-{client}.jsonl") is not { } file)
        {
            output.WriteLine("skipped: the recordings are not here");
            return;
        }

        await using var host = await HttpHost.StartAsync();
        var (sent, missing) = (0, 0);
        var registered = "";
        foreach (var line in await File.ReadAllLinesAsync(file))
        {
            if (line.Length == 0) continue;
            var recorded = JsonNode.Parse(line)!;
            var url = (string)recorded["url"]!;
            // The id of a registration is this broker's to give.
            if (url.StartsWith(Registrations + "urn:", StringComparison.Ordinal)) url = registered;
            var headers = recorded["headers"]!.AsObject().Select(header => (Capital(header.Key), (string)header.Value!)).ToArray();
            var answer = await host.SendAsync((string)recorded["method"]!, url, recorded["body"]?.ToJsonString(), headers);
            if (url.StartsWith(Registrations, StringComparison.Ordinal) && answer.Headers.GetValueOrDefault("Location") is { } location) registered = location;
            if (host.Routes.Match(url.Split('?')[0]) is null)
            {
                Assert.Equal(HttpStatusCode.NotFound, answer.Status);
                Assert.Equal($"there is no resource at {url.Split('?')[0]}", (string?)JsonNode.Parse(answer.Body)!["detail"]);
                missing++;
                continue;
            }

            Assert.True(Good(recorded, answer), $"{line}\n{(int)answer.Status} {answer.Body}");
            sent++;
        }

        output.WriteLine($"{client}: {sent} requests answered well, {missing} told that there is no such resource");
    }

    private static bool Good(JsonNode recorded, Answer answer)
    {
        var expected = (HttpStatusCode)(int)recorded["answered"]!;
        // The stand-in took JSON-LD without an @context; the standard does not (ETSI GS CIM 009 6.3.5).
        var isLinkedData = ((string?)recorded["headers"]!["content-type"])?.Contains("ld+json", StringComparison.Ordinal) == true;
        if (isLinkedData && recorded["body"]?.ToJsonString().Contains("@context", StringComparison.Ordinal) == false)
        {
            return answer.Status == HttpStatusCode.BadRequest;
        }

        // Nor a Subscription that notifies nobody, nor a registration of an older form.
        var body = recorded["body"] as JsonObject;
        if (body is not null && (body.ContainsKey("registrationInfo") || ((string?)body["type"] == "Subscription" && body["notification"] is null)))
        {
            return answer.Status == HttpStatusCode.BadRequest;
        }

        // It kept nothing, so it could not know what is new: an upsert creates or updates.
        return answer.Status == expected
            || ((string)recorded["url"]!).Contains("upsert", StringComparison.Ordinal) && answer.Status is HttpStatusCode.Created or HttpStatusCode.NoContent;
    }

    private static string Capital(string header) => header == "content-type" ? "Content-Type" : header;
}
