using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace SmartCity.Bench;

/// <summary>
/// Many subscriptions on many types, of which a change of one Vehicle's speed concerns one: the others on Vehicles watch another
/// Attribute or ask for a speed that no Vehicle has.
/// </summary>
internal static class Subscriptions
{
    private const int Writers = 16;

    public static async Task<int> CreateAsync(Uri broker, int count, int types, string endpoint)
    {
        using var client = new HttpClient { BaseAddress = broker };
        var watch = Stopwatch.StartNew();
        var refused = 0;
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (number, cancellation) =>
        {
            using var body = new StringContent(Document(number, types, endpoint), Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/ngsi-ld/v1/subscriptions", UriKind.Relative), body, cancellation);
            if (answer.StatusCode == HttpStatusCode.Created) return;
            Interlocked.Increment(ref refused);
            await Console.Error.WriteLineAsync($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
        });
        Console.WriteLine($"{count} subscriptions in {watch.Elapsed.TotalSeconds:F1} s");
        return refused == 0 ? 0 : 1;
    }

    private static string Document(int number, int types, string endpoint)
    {
        var type = number % types == 0 ? "Vehicle" : $"Type{number % types}";
        var condition = number < types ? "\"watchedAttributes\":[\"speed\"]"
            : number / types % 2 == 0 ? "\"watchedAttributes\":[\"colour\"]"
            : "\"q\":\"speed>1000\"";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            {"id":"urn:ngsi-ld:Subscription:{{number}}","type":"Subscription","entities":[{"type":"{{type}}"}],{{condition}},
             "notification":{"format":"keyValues","endpoint":{"uri":"{{endpoint}}/{{number}}","accept":"application/json"} } }
            """);
    }
}
