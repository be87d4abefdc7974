using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace SmartCity.Bench;

/// <summary>The store that the workloads expect: N Vehicles of five Attributes, spread over the globe.</summary>
internal static class Fixture
{
    private const int BatchSize = 500;

    public static string Vehicle(int number)
    {
        var longitude = (number % 3600 / 10.0) - 180;
        var latitude = (number % 1700 / 10.0) - 85;
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {"id":"urn:ngsi-ld:Vehicle:{{number}}","type":"Vehicle",
            "brandName":{"type":"Property","value":"Mercedes-{{number}}"},
            "speed":{"type":"Property","value":{{number % 200}} },
            "colour":{"type":"Property","value":"red"},
            "owner":{"type":"Relationship","object":"urn:ngsi-ld:Person:{{number}}"},
            "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[{{longitude}},{{latitude}}]} } }
            """);
    }

    public static async Task<int> LoadAsync(Uri broker, int count)
    {
        using var client = new HttpClient { BaseAddress = broker };
        var watch = Stopwatch.StartNew();
        for (var start = 1; start <= count; start += BatchSize)
        {
            var batch = Enumerable.Range(start, Math.Min(BatchSize, count - start + 1)).Select(Vehicle);
            using var body = new StringContent($"[{string.Join(',', batch)}]", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/ngsi-ld/v1/entityOperations/create", UriKind.Relative), body);
            if (answer.StatusCode == HttpStatusCode.Created) continue;
            await Console.Error.WriteLineAsync($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return 1;
        }

        Console.WriteLine($"loaded {count} entities in {watch.Elapsed.TotalSeconds:F1} s");
        return 0;
    }
}
