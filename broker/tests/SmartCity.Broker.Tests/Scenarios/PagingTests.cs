using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>
/// Paging to the end while writers create, delete, and change what is ordered by; then purging everything while somebody
/// writes. Entities: SMARTCITY_PAGED_ENTITIES (default 5000).
/// </summary>
public sealed class PagingTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Batch = 5000;
    private const int Page = 20;

    private readonly int _count =
        int.Parse(Environment.GetEnvironmentVariable("SMARTCITY_PAGED_ENTITIES") ?? "5000", CultureInfo.InvariantCulture);

    private readonly string _data = Directory.CreateTempSubdirectory("smartcity-pages-").FullName;
    private BrokerProcess _broker = null!;
    private int _written;

    public async Task InitializeAsync()
    {
        _broker = await BrokerProcess.StartAsync(_data);
        for (var start = 0; start < _count; start += Batch)
        {
            var body = new StringBuilder("[");
            for (var i = start; i < Math.Min(start + Batch, _count); i++) body.Append(i > start ? "," : "").Append(Entity($"urn:stays:{i}", i * 7919 % _count));
            await SendAsync(HttpMethod.Post, "entityOperations/create", body.Append(']').ToString(), HttpStatusCode.Created);
        }
    }

    public async Task DisposeAsync()
    {
        await _broker.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task Each_Entity_is_met_exactly_once_while_writers_go_on_and_a_purge_lets_them()
    {
        foreach (var (name, query) in ((string, string)[])[
            ("in the order of creation", ""), ("by a number", "&local=true&orderBy=n"),
            ("by a text, downwards", "&local=true&orderBy=name;desc,id"), ("by an EntityMap", "&entityMap=true")])
        {
            await PageToTheEndAsync(name, query);
        }

        await PurgeAsync();
    }

    private async Task PageToTheEndAsync(string name, string query)
    {
        string? link = $"/ngsi-ld/v1/entities?type=Stop&pick=id&limit={Page}{query}";
        // The first of its kind is compiled.
        for (var i = 0; i < 3; i++) (await _broker.Client.GetAsync(new Uri(link, UriKind.Relative))).Dispose();
        using var stop = new CancellationTokenSource();
        _written = 0;
        var writers = Enumerable.Range(0, 3).Select(writer => WriteAsync(writer, stop.Token)).ToArray();
        var met = new Dictionary<string, int>();
        var times = new List<double>();
        while (link is not null)
        {
            // Somebody has written since the last page.
            for (var before = Volatile.Read(ref _written); Volatile.Read(ref _written) == before && times.Count > 0;) await Task.Delay(1);
            var clock = Stopwatch.StartNew();
            using var answer = await _broker.Client.GetAsync(new Uri(link, UriKind.Relative));
            using var page = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
            times.Add(clock.Elapsed.TotalMilliseconds);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {link}");
            foreach (var entity in page.RootElement.EnumerateArray())
            {
                var id = entity.GetProperty("id").GetString()!;
                met[id] = met.GetValueOrDefault(id) + 1;
            }

            link = Next(answer);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.Empty(met.Where(entity => entity.Value > 1).Select(entity => entity.Key).Take(5));
        Assert.Equal(_count, met.Keys.Count(id => id.StartsWith("urn:stays:", StringComparison.Ordinal)));
        var first = times[0];
        times.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"[measured] paging {_count} Entities {name}, {Page} at a time, beside {_written} writes: each met once; first page {first:0.0} ms, "
            + $"then {times[times.Count / 2]:0.00} ms (median), {times[times.Count * 99 / 100]:0.0} ms (99 %), {times.Sum() / 1000:0.0} s for {times.Count} pages"));
    }

    /// <summary>One changes what is ordered by; the others let Entities of the same type come and go.</summary>
    private async Task WriteAsync(int writer, CancellationToken stop)
    {
        var random = new Random(writer);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            if (writer == 0)
            {
                var n = random.Next(_count);
                await SendAsync(HttpMethod.Patch, $"entities/urn:stays:{random.Next(_count)}", Values(n), HttpStatusCode.NoContent);
            }
            else
            {
                var id = $"urn:guest:{writer}:{Guid.NewGuid():N}";
                await SendAsync(HttpMethod.Post, "entities", Entity(id, random.Next(_count)), HttpStatusCode.Created);
                await SendAsync(HttpMethod.Delete, $"entities/{id}", null, HttpStatusCode.NoContent);
            }

            Interlocked.Increment(ref _written);
        }
    }

    private async Task PurgeAsync()
    {
        using var stop = new CancellationTokenSource();
        var longest = TimeSpan.Zero;
        var writes = 0;
        var writer = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var clock = Stopwatch.StartNew();
                await SendAsync(HttpMethod.Post, "entities", Entity($"urn:other:{Guid.NewGuid():N}", 1).Replace("\"Stop\"", "\"Other\"", StringComparison.Ordinal), HttpStatusCode.Created);
                if (clock.Elapsed > longest) longest = clock.Elapsed;
                writes++;
            }
        });
        var purge = Stopwatch.StartNew();
        await SendAsync(HttpMethod.Delete, "entities?type=Stop", null, HttpStatusCode.NoContent);
        purge.Stop();
        await stop.CancelAsync();
        await writer;
        using var left = await _broker.Client.GetAsync(new Uri("/ngsi-ld/v1/entities?type=Stop&limit=1", UriKind.Relative));
        Assert.Equal("[]", await left.Content.ReadAsStringAsync());
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"[measured] purging {_count} Entities: {purge.Elapsed.TotalSeconds:0.0} s; beside it {writes} writes, the longest {longest.TotalMilliseconds:0} ms"));
    }

    private async Task SendAsync(HttpMethod method, string path, string? body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, new Uri("/ngsi-ld/v1/" + path, UriKind.Relative));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _broker.Client.SendAsync(request);
        Assert.True(answer.StatusCode == expected, $"{method} {path}: {answer.StatusCode}");
    }

    private static string Entity(string id, int n) => $"{{\"id\":\"{id}\",\"type\":\"Stop\",{Values(n)[1..]}";

    private static string Values(int n) =>
        $"{{\"n\":{{\"type\":\"Property\",\"value\":{n}}},\"name\":{{\"type\":\"Property\",\"value\":\"Straße der {n % 1000}. Brücke\"}}}}";

    private static string? Next(HttpResponseMessage answer)
    {
        foreach (var link in answer.Headers.TryGetValues("Link", out var links) ? string.Join(", ", links).Split(", <") : [])
        {
            if (link.Contains("rel=\"next\"", StringComparison.Ordinal)) return link.Split('>')[0];
        }

        return null;
    }
}
