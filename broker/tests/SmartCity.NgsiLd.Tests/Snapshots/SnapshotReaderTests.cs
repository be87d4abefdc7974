using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;
using SmartCity.NgsiLd.Temporal;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Snapshots;

public class SnapshotReaderTests
{
    private const string Cars = """ "snapshotQueries":[{"type":"Query","entities":[{"type":"Car"}]}] """;

    public static TheoryData<string> Queries => new(
        """ "entities":[{"type":"Car"}] """,
        """ "entities":[{"type":"*"}] """,
        """ "entities":[{"id":["urn:x:1","urn:x:2"],"type":"Car"},{"idPattern":"^urn:x:","type":"Van"}] """,
        """ "q":"speed>50","attrs":["speed","https://a.example/b"] """,
        """ "entities":[{"type":"Car"}],"pick":["id","speed"],"omit":["scope"] """,
        """ "geoQ":{"georel":"near;maxDistance==2000","geometry":"Point","coordinates":[1.5,2]},"scopeQ":"/Madrid/+" """,
        """ "entities":[{"type":"Car"}],"ordering":{"orderBy":["a;desc"]},"entityMap":true,"entityMapLifetime":"PT1H" """,
        """ "entities":[{"type":"Car"}],"datasetId":["urn:d:1","@none"],"csf":"a==1","lang":"fr","splitEntities":true """,
        """ "entities":[{"type":"Car"}],"q":"kind==\"Van\"","expandValues":"kind","jsonKeys":"b" """,
        """ "entities":[{"type":"Car"}],"q":"owner{name}==\"A\"","join":"flat","joinLevel":2,"containedBy":["urn:x:9"] """);

    public static TheoryData<string> TemporalQueries => new(
        """ "entities":[{"type":"Car"}],"temporalQ":{"timerel":"before","timeAt":"2026-01-01T00:00:00Z"} """,
        """ "entities":[{"type":"Car"}],"temporalQ":{"timerel":"between","timeAt":"2026-01-01T00:00:00Z","endTimeAt":"2026-02-01T00:00:00Z","timeproperty":"modifiedAt","lastN":5} """,
        """ "attrs":["speed"],"temporalQ":{"timerel":"after","timeAt":"2026-01-01T00:00:00.5Z"} """);

    public static TheoryData<string, string> Wrong => new()
    {
        { "{}", "type is missing; snapshotQueries is missing, and so is snapshotTemporalQueries" },
        { "[]", "the body is not an object" },
        { """{"type":"Snapshot"}""", "snapshotQueries is missing, and so is snapshotTemporalQueries" },
        { $$"""{"type":"Shot",{{Cars}}}""", "type is not \"Snapshot\"" },
        { $$"""{"type":"Snapshot","id":"x",{{Cars}}}""", "id is not a URI" },
        { $$"""{"type":"Snapshot","colour":1,{{Cars}}}""", "colour is not a member of a Snapshot" },
        { $$"""{"type":"Snapshot","snapshotPriority":0,{{Cars}}}""", "snapshotPriority is not an integer from 1 to 10" },
        { $$"""{"type":"Snapshot","snapshotPriority":11,{{Cars}}}""", "snapshotPriority is not an integer from 1 to 10" },
        { $$"""{"type":"Snapshot","snapshotPriority":1.5,{{Cars}}}""", "snapshotPriority is not an integer from 1 to 10" },
        { $$"""{"type":"Snapshot","snapshotPriority":"5",{{Cars}}}""", "snapshotPriority is not a number" },
        { $$"""{"type":"Snapshot","snapshotLifetime":"1 h",{{Cars}}}""", "snapshotLifetime is \"1 h\", which is no duration such as PT1H" },
        { $$"""{"type":"Snapshot","snapshotLifetime":"-PT1H",{{Cars}}}""", "snapshotLifetime is \"-PT1H\", which is no duration such as PT1H" },
        { $$"""{"type":"Snapshot","snapshotLifetime":"PT0S",{{Cars}}}""", "snapshotLifetime is \"PT0S\", which is no duration such as PT1H" },
        { $$"""{"type":"Snapshot","snapshotLifetime":null,{{Cars}}}""", "snapshotLifetime is null" },
        { $$"""{"type":"Snapshot","endpoint":"here",{{Cars}}}""", "endpoint is not a URI" },
        { $$"""{"type":"Snapshot","receiverInfo":[{"key":"a"}],{{Cars}}}""", "receiverInfo[0].value is missing" },
        { """{"type":"Snapshot","snapshotQueries":{}}""", "snapshotQueries is not an array" },
        { """{"type":"Snapshot","snapshotQueries":[]}""", "snapshotQueries is an empty array" },
        { """{"type":"Snapshot","snapshotQueries":[1]}""", "snapshotQueries[0] is not an object" },
        { Query("\"entities\":[]"), "snapshotQueries[0].entities is an empty array" },
        { Query("\"entities\":[{}]"), "snapshotQueries[0].entities[0].type is missing" },
        { Query(""), "snapshotQueries[0] the query is too wide: it needs one of type, attrs, q, georel or local=true" },
        { Query("\"q\":\"((\""), "snapshotQueries[0].q: q is not valid at position 3: a name is expected" },
        { Query("\"q\":\"a{b}\""), "snapshotQueries[0] q follows linked Entities, which needs join=inline or join=flat" },
        { Query("\"attrs\":[\"a\"],\"join\":\"all\""), "snapshotQueries[0].join is none of inline, flat, @none" },
        { Query("\"attrs\":[\"a\"],\"joinLevel\":0"), "snapshotQueries[0].joinLevel is not a positive integer" },
        { Query("\"attrs\":[\"a\"],\"ordering\":{\"by\":[\"a\"]}"), "snapshotQueries[0].ordering.by is not a member of it" },
        { Query("\"attrs\":[\"a\"],\"ordering\":[]"), "snapshotQueries[0].ordering is not an object" },
        { Query("\"attrs\":[\"a\"],\"entityMap\":1"), "snapshotQueries[0].entityMap is neither true nor false" },
        { Query("\"attrs\":[\"a\"],\"entityMapLifetime\":\"long\""), "snapshotQueries[0].entityMapLifetime is \"long\", which is no duration such as PT1H" },
        { Query("\"attrs\":[\"a\"],\"aggrParams\":{}"), "snapshotQueries[0].aggrParams is not a member of a Query" },
        { Query("\"attrs\":[\"a\"],\"colour\":true"), "snapshotQueries[0].colour is not a member of a Query" },
        { Query("\"attrs\":[\"a\"],\"temporalQ\":{}"), "snapshotQueries[0].temporalQ is for snapshotTemporalQueries only" },
        { TemporalQuery("\"attrs\":[\"a\"]"), "snapshotTemporalQueries[0].temporalQ is missing" },
        { TemporalQuery("\"attrs\":[\"a\"],\"temporalQ\":{}"), "snapshotTemporalQueries[0].temporalQ.timerel is missing" },
        { TemporalQuery("\"attrs\":[\"a\"],\"temporalQ\":{\"timerel\":\"after\"}"), "snapshotTemporalQueries[0].temporalQ: timerel is given without timeAt" },
        { TemporalQuery("\"attrs\":[\"a\"],\"temporalQ\":{\"timerel\":\"after\",\"timeAt\":\"2026-01-01T00:00:00Z\",\"lastN\":0}"), "snapshotTemporalQueries[0].temporalQ.lastN is not a positive integer" },
        { TemporalQuery("\"attrs\":[\"a\"],\"join\":\"flat\""), "snapshotTemporalQueries[0].join is not a member of a Query" },
        { TemporalQuery("\"attrs\":[\"a\"],\"aggrParams\":{\"method\":1}"), "snapshotTemporalQueries[0].aggrParams.method is not a member of it" },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_query_is_written_as_it_was_read(string members) => AssertRoundTrip($$"""{"type":"Query",{{members}}}""", "snapshotQueries");

    [Theory]
    [MemberData(nameof(TemporalQueries))]
    public void A_temporal_query_is_written_as_it_was_read(string members) =>
        AssertRoundTrip($$"""{"type":"Query",{{members}}}""", "snapshotTemporalQueries");

    [Fact]
    public void What_the_broker_writes_is_passed_over()
    {
        var read = Read($$"""
            {"type":"Snapshot",{{Cars}},"snapshotStatus":"success","snapshotQueriesDetails":1,"snapshotTemporalQueriesDetails":[],
             "createdAt":1,"modifiedAt":"x","expiresAt":"2030-01-01T00:00:00Z","lastUsedAt":null}
            """).Value;
        Assert.Equal((SnapshotStatus.Preparing, default, 5, ""), (read.Status, read.ExpiresAt, read.Priority, read.Id));
        Assert.Null(read.Lifetime);
    }

    [Fact]
    public void Names_are_expanded_and_compacted_again()
    {
        var read = Read("""{"type":"Snapshot","snapshotQueries":[{"type":"Query","entities":[{"type":"Car"}],"pick":["speed"]}]}""").Value;
        Assert.Equal(
            ["https://uri.etsi.org/ngsi-ld/default-context/Car", "https://uri.etsi.org/ngsi-ld/default-context/speed"],
            SnapshotNames.Of(read).Order());
        var query = Assert.Single(read.Queries);
        Assert.True(query.Extent.Shows("id"));
        Assert.True(query.Extent.Shows("https://uri.etsi.org/ngsi-ld/default-context/speed"));
        Assert.False(query.Extent.Shows("https://uri.etsi.org/ngsi-ld/default-context/weight"));
    }

    [Fact]
    public void A_temporal_query_is_understood()
    {
        var read = Read(TemporalQuery("\"attrs\":[\"a\"],\"temporalQ\":{\"timerel\":\"after\",\"timeAt\":\"2026-01-01T00:00:00Z\",\"lastN\":3}")).Value;
        var time = Assert.Single(read.TemporalQueries).Time!.Query;
        Assert.Equal((TimeRelation.After, 3), (time.Relation, time.LastN));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named(string body, string detail)
    {
        var error = Read(body).Error!;
        Assert.Equal(NgsiLdErrorKind.BadRequestData, error.Kind);
        Assert.Equal(detail, error.Detail);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"type":"Snapshot","type":"Snapshot"}""")]
    public void What_is_no_JSON_is_InvalidRequest(string body) => Assert.Equal(NgsiLdErrorKind.InvalidRequest, Read(body).Error!.Kind);

    [Theory]
    [InlineData(SnapshotInput.Clone, "snapshotQueries cannot be given for a clone")]
    [InlineData(SnapshotInput.Update, "snapshotQueries cannot be changed")]
    public void Queries_are_for_creation_alone(SnapshotInput input, string detail)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"type":"Snapshot",{{Cars}}}""");
        var read = input == SnapshotInput.Clone
            ? SnapshotReader.Read(body, input, Context.Core, 16)
            : SnapshotReader.Merge(new Snapshot { Id = "urn:x:1" }, body, Context.Core, 16);
        Assert.Equal(detail, read.Error!.Detail);
        Assert.True(SnapshotReader.Read(Encoding.UTF8.GetBytes("""{"type":"Snapshot"}"""), SnapshotInput.Clone, Context.Core, 16).IsSuccess);
    }

    [Theory]
    [InlineData("{}", "PT1H", 7, "http://a.example")]
    [InlineData("""{"id":"urn:x:1","type":"Snapshot","snapshotLifetime":"P1D","snapshotPriority":10}""", "P1D", 10, "http://a.example")]
    [InlineData("""{"snapshotLifetime":null,"snapshotPriority":"urn:ngsi-ld:null","endpoint":null}""", null, 5, null)]
    [InlineData("""{"endpoint":"mqtt://b.example/t","snapshotStatus":"failure"}""", "PT1H", 7, "mqtt://b.example/t")]
    public void A_Fragment_replaces_what_it_names(string fragment, string? lifetime, int priority, string? endpoint)
    {
        SnapshotLifetime.TryParse("PT1H", out var hour);
        var target = new Snapshot { Id = "urn:x:1", Lifetime = hour, Priority = 7, Endpoint = "http://a.example" };
        var merged = SnapshotReader.Merge(target, Encoding.UTF8.GetBytes(fragment), Context.Core, 16).Value;
        Assert.Equal((lifetime, priority, endpoint), (merged.Lifetime?.Text, merged.Priority, merged.Endpoint));
    }

    [Fact]
    public void An_id_cannot_be_changed()
    {
        var merged = SnapshotReader.Merge(new Snapshot { Id = "urn:x:1" }, """{"id":"urn:x:2"}"""u8.ToArray(), Context.Core, 16);
        Assert.Equal("id cannot be changed", merged.Error!.Detail);
    }

    private static string Query(string members) =>
        $$"""{"type":"Snapshot","snapshotQueries":[{"type":"Query"{{(members.Length > 0 ? "," : "")}}{{members}}}]}""";

    private static string TemporalQuery(string members) => $$"""{"type":"Snapshot","snapshotTemporalQueries":[{"type":"Query",{{members}}}]}""";

    private static Result<Snapshot> Read(string body) =>
        SnapshotReader.Read(Encoding.UTF8.GetBytes(body), SnapshotInput.Creation, Context.Core, 16);

    private static void AssertRoundTrip(string query, string name)
    {
        var body = $$"""
            {"id":"urn:x:1","type":"Snapshot","{{name}}":[{{query}}],"snapshotLifetime":"P1DT2H","snapshotPriority":3,
             "endpoint":"http://a.example/n","receiverInfo":[{"key":"k","value":"v"}]}
            """;
        var read = Read(body);
        Assert.Null(read.Error?.Detail);
        var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) SnapshotWriter.Write(json, read.Value, Context.Core);
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(body), JsonNode.Parse(stream.ToArray())), Encoding.UTF8.GetString(stream.ToArray()));
        Assert.True(SnapshotReader.Read(stream.ToArray(), SnapshotInput.Kept, Context.Core, 16).IsSuccess);
    }
}
