using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>A machine without ICU: texts are ordered by code units, and other collations are refused with the reason.</summary>
public sealed class WithoutIcuTests
{
    [Fact]
    public async Task Texts_are_ordered_by_code_units_and_other_collations_are_refused()
    {
        var data = Directory.CreateTempSubdirectory("smartcity-invariant-").FullName;
        try
        {
            var environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" };
            await using var broker = await BrokerProcess.StartAsync(data, environment);
            var entities = string.Join(',', ((string[])["a", "B", "ä", "b"]).Select((word, i) =>
                $$$"""{"id":"urn:w:{{{i}}}","type":"Word","v":{"type":"Property","value":"{{{word}}}"}}"""));
            using var body = new StringContent($"[{entities}]", Encoding.UTF8, "application/json");
            using var made = await broker.Client.PostAsync(new Uri("/ngsi-ld/v1/entityOperations/create", UriKind.Relative), body);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);

            var (status, words) = await AskAsync(broker, "");
            Assert.Equal(HttpStatusCode.OK, status);
            using var page = JsonDocument.Parse(words);
            Assert.Equal("B a b ä", string.Join(' ', page.RootElement.EnumerateArray().Select(word => word.GetProperty("v").GetString())));
            Assert.Equal((HttpStatusCode.OK, words), await AskAsync(broker, "&collation=und"));
            (status, words) = await AskAsync(broker, "&collation=de");
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("runs without ICU", words, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(BrokerProcess broker, string more)
    {
        var path = $"/ngsi-ld/v1/entities?type=Word&local=true&options=keyValues&orderBy=v{more}";
        using var answer = await broker.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
