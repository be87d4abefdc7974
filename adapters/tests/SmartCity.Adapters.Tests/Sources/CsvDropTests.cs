using System.Text;
using SmartCity.Adapters.Tests.Peers;

namespace SmartCity.Adapters.Tests.Sources;

/// <summary>A dropped file all the way to a real HTTP peer.</summary>
public class CsvDropTests
{
    private const string Mapping = """
        numbers: { decimal: ",", thousands: "." }
        entities:
          id: urn:ngsi-ld:OffStreetParking:{id}
          type: OffStreetParking
          attributes: { availableSpotNumber: { from: prostih, as: integer }, name: ime }
        """;

    [Fact]
    public async Task A_file_is_delivered_moved_to_done_and_its_bad_rows_are_rejected_with_their_lines()
    {
        using var city = City("csv: { separator: \";\" }");
        await using var stub = await StubBroker.StartAsync();
        stub.Answer = request => Task.FromResult(
            request.Ids.Contains("urn:ngsi-ld:OffStreetParking:P6") ? new StubAnswer(400, "no") : new StubAnswer(204));
        city.Write("inbox/p.csv.part", "id;prostih;ime\nP1;");
        await using (city.Run(stub.Url))
        {
            city.Write("inbox/p.csv.part", """"
                id;prostih;ime
                P1;1.200;"Trg; ""stari"""
                P2;abc;x

                P3;5
                P4;"dve
                vrstici";x
                P5;;Brez števca
                P6;1;x
                """");
            File.Move(city["inbox/p.csv.part"], city["inbox/p.csv"]);
            await WaitForFileAsync(city["inbox/done/p.csv"]);
        }

        Assert.Equal(
            [
                """{"id":"urn:ngsi-ld:OffStreetParking:P1","type":"OffStreetParking","availableSpotNumber":{"type":"Property","value":1200},"name":{"type":"Property","value":"Trg; \u0022stari\u0022"}}""",
                """{"id":"urn:ngsi-ld:OffStreetParking:P5","type":"OffStreetParking","name":{"type":"Property","value":"Brez \u0161tevca"}}""",
            ],
            stub.Accepted.Select(e => e.ToJsonString()));
        Assert.Equal("id;prostih;ime\nP2;abc;x\nP3;5\nP4;\"dve\nvrstici\";x\nP6;1;x\n", await File.ReadAllTextAsync(city["inbox/rejected/p.csv"]));
        var reasons = (await File.ReadAllLinesAsync(city["inbox/rejected/p.csv.reasons.txt"])).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(4, reasons.Count);
        Assert.Equal("line 3: availableSpotNumber: 'abc' is not a number", reasons[0]);
        Assert.Equal("line 5: the row has 2 fields, the header 3", reasons[1]);
        Assert.StartsWith("line 6: availableSpotNumber: 'dve", reasons[2], StringComparison.Ordinal);
        Assert.StartsWith("line 9: 400", reasons[3], StringComparison.Ordinal);
        Assert.Equal(4, (await File.ReadAllLinesAsync(Path.Combine(city.State, "dead-letters", "drop.jsonl"))).Length);
    }

    [Theory]
    [InlineData("id,ime\nP1,x\n", "the header lacks prostih")]
    [InlineData("", "the file is empty")]
    [InlineData("id,id\n", "names 'id' twice")]
    public async Task A_file_that_cannot_be_the_table_goes_to_failed(string content, string reason)
    {
        Assert.NotEmpty(reason);
        using var city = City("");
        await using var stub = await StubBroker.StartAsync();
        city.Write("inbox/p.csv", content);

        await using (city.Run(stub.Url)) await WaitForFileAsync(city["inbox/failed/p.csv"]);

        Assert.Empty(stub.Requests);
        Assert.Equal(content, await File.ReadAllTextAsync(city["inbox/failed/p.csv"]));
    }

    [Fact]
    public async Task An_old_encoding_is_read_and_a_wrong_one_fails()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var city = City("csv: { encoding: windows-1250 }");
        await using var stub = await StubBroker.StartAsync();
        Directory.CreateDirectory(city["inbox"]);
        await File.WriteAllTextAsync(city["inbox/a.csv"], "id,prostih,ime\nP1,1,Šiška čaka\n", Encoding.GetEncoding(1250));
        await using (city.Run(stub.Url)) await WaitForFileAsync(city["inbox/done/a.csv"]);
        Assert.Equal("Šiška čaka", stub.Accepted.Single()["name"]!["value"]!.ToString());

        using var utf8 = City("");
        Directory.CreateDirectory(utf8["inbox"]);
        await File.WriteAllTextAsync(utf8["inbox/a.csv"], "id,prostih,ime\nP1,1,Šiška čaka\n", Encoding.GetEncoding(1250));
        await using (utf8.Run(stub.Url)) await WaitForFileAsync(utf8["inbox/failed/a.csv"]);
    }

    [Fact]
    public async Task A_file_that_still_grows_is_not_touched()
    {
        using var city = City("", complete: "stable", stableFor: "10s");
        await using var stub = await StubBroker.StartAsync();
        city.Write("inbox/p.csv", "id,prostih,ime\n");
        await using (city.Run(stub.Url))
        {
            for (var i = 0; i < 8; i++)
            {
                await Task.Delay(100);
                await File.AppendAllTextAsync(city["inbox/p.csv"], $"P{i},{i},x\n");
                Assert.Empty(stub.Requests);
            }

            await WaitForFileAsync(city["inbox/done/p.csv"]);
        }

        Assert.Equal(8, stub.Accepted.Count);
    }

    [Fact]
    public async Task A_stop_before_the_answer_leaves_the_file_and_the_next_start_delivers_it()
    {
        using var city = City("");
        await using var stub = await StubBroker.StartAsync();
        city.Write("inbox/p.csv", "id,prostih,ime\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"P{i},{i},x\n")));
        stub.Answer = _ => Task.FromResult(new StubAnswer(503));
        await using (city.Run(stub.Url)) await stub.WaitForAsync(s => s.Requests.Count > 1, "a repeated request");
        Assert.True(File.Exists(city["inbox/p.csv"]));

        stub.Answer = _ => Task.FromResult(new StubAnswer(204));
        await using (city.Run(stub.Url)) await WaitForFileAsync(city["inbox/done/p.csv"]);

        Assert.Equal(1000, stub.Accepted.Select(e => e["id"]!.ToString()).Distinct().Count());
        Assert.False(Directory.Exists(city["inbox/rejected"]));
    }

    private static TemporaryCity City(string csv, string complete = "rename", string stableFor = "0s")
    {
        var city = new TemporaryCity();
        city.Write("adapters/drop.yaml", $$"""
            source:
              kind: csv-drop
              folder: inbox
              complete: {{complete}}
              stableFor: {{stableFor}}
              poll: 20ms
              {{csv}}
            {{Mapping}}
            """);
        return city;
    }

    private static async Task WaitForFileAsync(string file)
    {
        for (var i = 0; i < 3000 && !File.Exists(file); i++) await Task.Delay(20);
        Assert.True(File.Exists(file), $"{file} does not come");
    }
}
