using System.Globalization;
using SmartCity.Adapters.Tests.Peers;

namespace SmartCity.Adapters.Tests.Sources;

public class CsvPlayTests
{
    [Fact]
    public async Task A_recording_is_played_at_its_speed_with_times_of_now_and_again()
    {
        using var city = new TemporaryCity();
        city.Write("table.csv", "kdaj;a\n15.4.2026 07:00;1\n15.4.2026 07:05;2\nnikoli;3\n15.4.2026 07:10;4\n");
        city.Write("adapters/play.yaml", """
            source:
              kind: csv-play
              file: table.csv
              time: { column: kdaj, format: d.M.yyyy HH:mm, zone: Europe/Ljubljana }
              speed: 1000
              csv: { separator: ";" }
            observedAt: { from: kdaj, format: d.M.yyyy HH:mm, zone: Europe/Ljubljana }
            entities: { id: urn:e:1, type: T, attributes: { a: { from: a, as: integer } } }
            """);
        await using var stub = await StubBroker.StartAsync();
        var begin = DateTimeOffset.UtcNow;

        await using (city.Run(stub.Url)) await stub.WaitForAsync(s => s.Accepted.Count >= 4, "a second round");

        var attributes = stub.Accepted.Select(e => e["a"]!).ToList();
        Assert.Equal([1, 2, 4, 1], attributes.Take(4).Select(a => a["value"]!.GetValue<int>()));
        var times = attributes.Select(a => DateTimeOffset.Parse(a["observedAt"]!.ToString(), CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(times[0] - begin, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(60));
        Assert.InRange((times[1] - times[0]).TotalSeconds, 0.299, 0.301);
        Assert.InRange((times[2] - times[0]).TotalSeconds, 0.599, 0.601);
    }

    [Fact]
    public async Task The_demo_city_shows_all_its_entities_within_seconds()
    {
        await using var stub = await StubBroker.StartAsync();
        using var state = new TemporaryCity();
        var reader = new Adapters.Cities.CityFolder(
            Path.Combine(Repository.Root, "samples", "cities", "demo"), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            TimeProvider.System);
        var city = reader.Read(stub.Url.ToString())!;

        await using (new RunningCity(city, state.State))
            await stub.WaitForAsync(s => s.Accepted.Select(e => e["id"]!.ToString()).Distinct().Count() >= 14, "6 car parks, 4 stations, 4 buses");

        Assert.Equal(
            ["AirQualityObserved", "OffStreetParking", "Vehicle"],
            stub.Accepted.Select(e => e["type"]!.ToString()).Distinct().Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(state.State), "nothing of the recordings is rejected");
    }
}
