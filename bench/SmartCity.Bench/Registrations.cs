using System.Diagnostics;
using System.Net;
using System.Text;

namespace SmartCity.Bench;

/// <summary>Context Sources that no request for Vehicles matches: by type, or by the ids of their Entities where no type is named.</summary>
internal static class Registrations
{
    private const int Writers = 16;

    public static async Task<int> CreateAsync(Uri broker, int count)
    {
        using var client = new HttpClient { BaseAddress = broker };
        var watch = Stopwatch.StartNew();
        var refused = 0;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (number, cancellation) =>
        {
            if (!await CreateAsync(client, Document(number), cancellation)) Interlocked.Increment(ref refused);
        });
        Console.WriteLine($"{count} registrations in {watch.Elapsed.TotalSeconds:F1} s");
        return refused == 0 ? 0 : 1;
    }

    public static async Task<bool> CreateAsync(HttpClient client, string document, CancellationToken cancellation = default)
    {
        using var body = new StringContent(document, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/ngsi-ld/v1/csourceRegistrations", UriKind.Relative), body, cancellation);
        if (answer.StatusCode == HttpStatusCode.Created) return true;
        await Console.Error.WriteLineAsync($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
        return false;
    }

    // Of each mode that a city has: types elsewhere, id patterns, single devices.
    private static string Document(int number)
    {
        var (mode, entity, more) = (number % 4) switch
        {
            0 => ("inclusive", $$"""{"type":"Type{{number}}","idPattern":"^urn:ngsi-ld:Type{{number}}:.*"}""", ""),
            1 => ("inclusive", $$"""{"type":"Type{{number}}","id":"urn:ngsi-ld:Vehicle:elsewhere-{{number}}"}""", ""),
            2 => ("redirect", $$"""{"type":"Type{{number}}","id":"urn:ngsi-ld:Type{{number}}:1"}""", ""),
            _ => ("exclusive", $$"""{"type":"Device","id":"urn:ngsi-ld:Device:{{number}}"}""", ",\"propertyNames\":[\"on\",\"off\"]"),
        };
        return $$"""
            {"id":"urn:ngsi-ld:ContextSourceRegistration:{{number}}","type":"ContextSourceRegistration","mode":"{{mode}}",
             "information":[{"entities":[{{entity}}]{{more}} }],"endpoint":"http://localhost:9"}
            """;
    }
}
