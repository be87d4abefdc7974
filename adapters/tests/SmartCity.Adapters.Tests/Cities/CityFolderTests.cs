using SmartCity.Adapters.Tests.Peers;

namespace SmartCity.Adapters.Tests.Cities;

public class CityFolderTests
{
    [Fact]
    public void Everything_wrong_is_told_at_once_with_file_and_line()
    {
        using var city = new TemporaryCity("""
            nmae: Mesto
            broker: ftp://x
            context: missing.jsonld
            """);
        city.Write("table.csv", "čas;a\n2026-04-15;1\n");
        city.Write("adapters/a.yaml", """
            source:
              kind: csv-play
              file: table.csv
              time: kdaj
              speed: 0
              csv: { separator: ";", quote: xx }
            entities:
              id: "spot-{a"
              type: Bad Type
              attributes:
                value: a
                t: { from: a, scale: x, colour: red }
                u: { from: a, value: 1 }
                g: { lon: a, kind: Property }
                m: { from: b, map: { x: }, unmapped: perhaps }
                o: { from: a, observedAt: { from: čas, format: "MM:MM", zone: Evropa/Ljubljana } }
            """);
        city.Write("adapters/b.yaml", """
            source: { kind: csv-drop, poll: soon }
            batch: { size: 5000 }
            """);
        city.Write("adapters/c.yaml", "source: { kind: smoke }\nentities: [\n");
        city.Write("adapters/d.yaml", """
            source:
              kind: mqtt-json
              url: http://x
              qos: 3
              password: ${SMARTCITY_NO_SUCH_VARIABLE}
            entities: { id: "urn:e:{@device}", type: T, others: true }
            """);

        var reader = city.Reader();
        Assert.Null(reader.Read(null));

        var problems = reader.Problems.Select(p => $"{Path.GetRelativePath(city.Folder, p.File)}:{p.Line}: {p.Message}").ToList();
        string[] expected =
        [
            "city.yaml:1: 'name' is missing",
            "city.yaml:1: 'nmae' is not known here",
            "city.yaml:2: 'ftp://x' is not a URL",
            "city.yaml:3: 'missing.jsonld' is neither a URL nor a readable file",
            "adapters/a.yaml:4: the file has no column 'kdaj'",
            "adapters/a.yaml:5: 'speed' is not between",
            "adapters/a.yaml:6: 'quote' is not one character",
            "adapters/a.yaml:8: 'spot-{a' has a '{' without a path",
            "adapters/a.yaml:9: 'Bad Type' is not a valid name",
            "adapters/a.yaml:11: 'value' cannot be the name of an attribute",
            "adapters/a.yaml:12: 'scale' is not a number",
            "adapters/a.yaml:12: 'colour' is not known here",
            "adapters/a.yaml:13: 'from' and 'value' cannot both give the value",
            "adapters/a.yaml:14: 'lon' and 'lat' go together",
            "adapters/a.yaml:14: 'lon' and 'lat' make a GeoProperty, not a Property",
            "adapters/a.yaml:15: 'x' is mapped to nothing",
            "adapters/a.yaml:15: 'unmapped' is not one of Reject, Keep, Omit",
            "adapters/a.yaml:16: 'Evropa/Ljubljana' is not a time zone",
            "adapters/a.yaml:16: 'MM:MM' is not iso",
            "adapters/b.yaml:1: 'folder' is missing",
            "adapters/b.yaml:1: 'poll' is not a duration",
            "adapters/b.yaml:1: 'entities' is missing",
            "adapters/b.yaml:2: 'size' is not between 1 and 1000",
            "adapters/c.yaml:3: The file is not YAML",
            "adapters/d.yaml:3: 'http://x' is not a URL such as mqtt",
            "adapters/d.yaml:4: 'qos' is not 0, 1 or 2",
            "adapters/d.yaml:5: the environment variable SMARTCITY_NO_SUCH_VARIABLE is not set",
        ];
        foreach (var start in expected)
            Assert.True(problems.Any(p => p.StartsWith(start, StringComparison.Ordinal)), $"missing: {start}\n{string.Join('\n', problems)}");
    }

    [Fact]
    public void A_recording_without_a_column_of_the_mapping_is_told_before_it_runs()
    {
        using var city = new TemporaryCity("name: Mesto\nbroker: http://localhost:1");
        city.Write("table.csv", "t,a\n2026-04-15,1\n");
        city.Write("adapters/a.yaml", """
            source: { kind: csv-play, file: table.csv, time: t }
            entities: { id: "urn:e:{a}", type: T, attributes: { b: { from: b }, c: { lon: x, lat: y } } }
            """);

        var reader = city.Reader();
        Assert.Null(reader.Read(null));
        Assert.Equal(
            ["the mapping reads 'b', which the file has not", "the mapping reads 'x', which the file has not", "the mapping reads 'y', which the file has not"],
            reader.Problems.Select(p => p.Message));
    }

    [Fact]
    public void Whoever_looks_at_a_recording_is_not_needed_meanwhile()
    {
        using var city = new TemporaryCity("name: Mesto\nbroker: http://localhost:1");
        city.Write("table.csv", "t,a\n2026-04-15,1\n");
        city.Write("adapters/a.yaml", """
            source: { kind: csv-play, file: table.csv, time: t }
            entities: { id: "urn:e:{a}", type: T, attributes: { a: { from: a } } }
            """);

        var reading = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new Busy());
            city.Reader().Read(null);
        })
        { IsBackground = true };
        reading.Start();

        Assert.True(reading.Join(TimeSpan.FromSeconds(30)), "it waits for itself");
    }

    /// <summary>The thread that waits is the only one, as where a test runner has few.</summary>
    private sealed class Busy : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }

    [Theory]
    [InlineData("https://example.org/c.jsonld", "https://example.org/c.jsonld", null)]
    [InlineData("own.jsonld", null, """{"a":"https://example.org/a"}""")]
    [InlineData("[https://example.org/c.jsonld, {b: https://example.org/b}]", null, """["https://example.org/c.jsonld",{"b":"https://example.org/b"}]""")]
    public void A_context_is_a_link_or_goes_with_each_entity(string yaml, string? link, string? body)
    {
        using var city = new TemporaryCity($"name: Mesto\nbroker: http://localhost:1\ntenant: mesto\ncontext: {yaml}");
        city.Write("own.jsonld", """{"@context": {"a": "https://example.org/a"}}""");
        city.Write("adapters/a.yaml", """
            source: { kind: csv-drop, folder: inbox }
            entities: { id: "urn:e:{a}", type: T, attributes: { a: a } }
            """);

        var broker = city.Reader().Read(null)!.Broker;

        Assert.Equal(link, broker.Context.Link);
        Assert.Equal(body, broker.Context.Body is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null);
        Assert.Equal("mesto", broker.Tenant);
    }

    [Theory]
    [InlineData("demo", 3)]
    [InlineData("mqtt", 1)]
    public void The_sample_cities_are_in_order(string name, int adapters)
    {
        var reader = new Adapters.Cities.CityFolder(
            Path.Combine(Repository.Root, "samples", "cities", name), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            TimeProvider.System);

        var city = reader.Read(null);

        Assert.Empty(reader.Problems);
        Assert.Equal(adapters, city!.Adapters.Count);
    }
}
