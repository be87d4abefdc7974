using SmartCity.Broker.Federation;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Xunit;
using static SmartCity.Broker.Tests.Federation.Asking;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>What becomes of what sources answer (ETSI GS CIM 009 4.3.6.8, 6.3.5, 6.3.10, 6.3.17).</summary>
public sealed class SourceAnswerTests
{
    private const string Lamp = $$$"""{"id":"{{{Id}}}","type":"Lamp"}""";
    private const string Rel = "http://www.w3.org/ns/json-ld#context";

    [Fact]
    public async Task An_Entity_comes_with_its_system_attributes()
    {
        var answer = await RetrieveAsync(RawSource.Response($$$"""
            {"id":"{{{Id}}}","type":"Lamp","createdAt":"2026-01-01T00:00:00Z","modifiedAt":"2026-01-02T00:00:00.5Z","expiresAt":"2999-01-01T00:00:00Z",
             "a":{"type":"Property","value":1,"createdAt":"2026-01-03T00:00:00Z","modifiedAt":"2026-01-04T00:00:00Z",
                  "b":{"type":"Property","value":2,"modifiedAt":"no time"} } }
            """));

        Assert.True(answer.IsSuccess);
        var (entity, a) = (answer.Value!, answer.Value!.Attributes[0]);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), entity.CreatedAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 0, 0, 0, 500, TimeSpan.Zero), entity.ModifiedAt);
        Assert.Equal("2999-01-01T00:00:00Z", entity.ExpiresAt?.Text);
        Assert.Equal(new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero), a.CreatedAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 4, 0, 0, 0, TimeSpan.Zero), a.ModifiedAt);
        Assert.Equal(default, a.SubAttributes[0].ModifiedAt);
    }

    [Theory]
    [InlineData($$$"""[{"id":"{{{Id}}}","type":"Lamp","on":{"type":"Property","value":null},"lit":{"type":"Property","value":""}}]""", "lit")]
    [InlineData($$$"""{"id":"{{{Id}}}","type":"Lamp","on":null,"lit":{"value":true},"at":{"type":"Relationship","object":null}}""", "lit")]
    [InlineData($$$"""{"id":"{{{Id}}}","type":"Lamp","on":[{"type":"Property","value":null},{"type":"Property","value":1,"datasetId":"urn:x"}]}""", "on")]
    [InlineData($$$"""{"id":"{{{Id}}}","type":"Lamp","old":{"type":"Property","value":1,"expiresAt":"2020-01-01T00:00:00Z"},"new":5}""", "new")]
    public async Task What_was_never_set_or_is_over_is_not_there(string body, string attributes)
    {
        var answer = await RetrieveAsync(RawSource.Response(body));

        Assert.Equal("", answer.Detail);
        Assert.Equal(attributes, string.Join(",", answer.Value!.Attributes.Select(attribute => attribute.Name[Vocabulary.Length..])));
    }

    public static TheoryData<string, string> Contexts => new()
    {
        { RawSource.Response($$$"""{"id":"{{{Id}}}","type":"Lamp","brightness":1,"@context":"{{{TownUri}}}"}""", type: "application/ld+json"), "http://town.example/helligkeit" },
        { RawSource.Response($$$"""{"id":"{{{Id}}}","type":"Lamp","x":1,"@context":{"x":"urn:y:"}}""", type: "application/ld+json"), "urn:y:" },
        { RawSource.Response($$$"""{"id":"{{{Id}}}","type":"Lamp","brightness":1}""", headers: $"Link: <http://a.example>; rel=\"next\", <{TownUri}>; rel=\"{Rel}\"\r\n"), "http://town.example/helligkeit" },
        { RawSource.Response($$$"""{"id":"{{{Id}}}","type":"Lamp","brightness":1}""", headers: $"Link: <https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.6.jsonld>; rel=\"{Rel}\"\r\n"), Name("brightness") },
        { RawSource.Response($$$"""{"id":"{{{Id}}}","type":"Lamp","hell":1}"""), "http://town.example/helligkeit" },
    };

    [Theory]
    [MemberData(nameof(Contexts))]
    public async Task Names_are_those_of_the_context_in_the_answer_or_in_its_header_or_that_was_asked_in(string response, string name)
    {
        var answer = await RetrieveAsync(response, info: $"jsonldContext={CityUri}");

        Assert.Equal(name, answer.Value?.Attributes[0].Name);
    }

    public static TheoryData<string, SourceOutcome, NgsiLdErrorKind?, string> Problems => new()
    {
        { RawSource.Response("""{"type":"https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound","title":"none","detail":"no Lamp"}""", 404), SourceOutcome.NotFound, NgsiLdErrorKind.ResourceNotFound, "the source answers 404: none: no Lamp" },
        { RawSource.Response("", 404), SourceOutcome.NotFound, null, "the source answers 404" },
        { RawSource.Response("""{"title":"a\u0007\nb\u0000"}""", 403), SourceOutcome.Refused, null, "the source answers 403: a  b" },
        { RawSource.Response("""{"type":"InternalError","detail":7}""", 500), SourceOutcome.Refused, NgsiLdErrorKind.SourceFailed, "the source answers 500" },
        { RawSource.Response("""{"type":"x/SourceLoop"}""", 400), SourceOutcome.Refused, null, "the source answers 400" },
        { RawSource.Response("<html>", 502, type: "text/html"), SourceOutcome.Refused, null, "the source answers 502" },
        { RawSource.Response("", 504), SourceOutcome.Timeout, null, "the source answers 504" },
        { RawSource.Response("", 508), SourceOutcome.Loop, null, "the source answers 508" },
        { RawSource.Response("", 302, "Location: http://127.0.0.1:1/\r\n"), SourceOutcome.Refused, null, "the source redirects (302), which is not followed" },
        { RawSource.Response("", 304), SourceOutcome.Refused, null, "the source redirects (304), which is not followed" },
        { RawSource.Response("["), SourceOutcome.Invalid, null, "the answer of the source is not valid: The body is not JSON" },
        { RawSource.Response("<html></html>"), SourceOutcome.Invalid, null, "the answer of the source is not valid: The body is not JSON" },
        { RawSource.Response(""), SourceOutcome.Invalid, null, "the answer of the source is not valid: The body is empty" },
        { RawSource.Response("7"), SourceOutcome.Invalid, null, "the answer of the source is not valid:" },
        { RawSource.Response($"[{Lamp},{Lamp}]"), SourceOutcome.Invalid, null, "the answer of the source is not valid: there are several" },
        { RawSource.Response("""{"id":"urn:other:1","type":"Lamp"}"""), SourceOutcome.Invalid, null, "the answer of the source is not valid: it is another Entity" },
        { RawSource.Response($$$"""{"id":"{{{Id}}}"}"""), SourceOutcome.Invalid, null, "the answer of the source is not valid:" },
        { RawSource.Response($$$"""{"id":"{{{Id}}}","type":"Lamp","a":{"type":"Relationship","object":7}}"""), SourceOutcome.Invalid, null, "the answer of the source is not valid:" },
        { RawSource.Response($$$"""{"id":"{{{Id}}}","type":"Lamp","@context":"http://nowhere.example/"}"""), SourceOutcome.Invalid, null, "the answer of the source is not valid: http://nowhere.example/" },
        { RawSource.Response(Lamp, headers: "Content-Encoding: gzip\r\n"), SourceOutcome.Invalid, null, "the answer of the source has an encoding" },
        { RawSource.Response("[]"), SourceOutcome.NotFound, null, "" },
        { RawSource.Response($$$"""{"id":"{{{Id}}}","type":"Lamp","expiresAt":"2020-01-01T00:00:00Z"}"""), SourceOutcome.NotFound, null, "" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Every_answer_has_an_outcome(string response, SourceOutcome outcome, NgsiLdErrorKind? error, string detail)
    {
        var answer = await RetrieveAsync(response);

        Assert.StartsWith(detail, answer.Detail, StringComparison.Ordinal);
        Assert.Equal((outcome, error), (answer.Outcome, answer.Error));
        Assert.Null(answer.Value);
    }

    [Theory]
    [InlineData("""{"id":"urn:m:1","type":"EntityMap","x":[{}],"entityMap":{"urn:a:1":["@none"],"no uri":[],"urn:a:2":{"a":[1]},"urn:a:1":0}}""", "", "urn:m:1 urn:a:1 urn:a:2")]
    [InlineData("""{"id":"urn:m:1","entityMap":{}}""", "Location: /ngsi-ld/v1/entityMaps/urn:m:2", "/ngsi-ld/v1/entityMaps/urn:m:2")]
    [InlineData("""{"entityMap":{}}""", "NGSILD-EntityMap: urn:m:3", "urn:m:3")]
    [InlineData("""{"id":"7","entityMap":{}}""", "", null)]
    [InlineData("""{"id":"urn:m:1"}""", "", null)]
    [InlineData("""{"id":"urn:m:1","entityMap":[]}""", "", null)]
    [InlineData("""[]""", "", null)]
    [InlineData("""{"id":"urn:m:1","entityMap":{""", "", null)]
    [InlineData("", "", null)]
    public async Task A_map_is_read_as_far_as_it_is_one(string body, string header, string? expected)
    {
        await using var source = new RawSource(RawSource.Response(body, headers: header.Length > 0 ? header + "\r\n" : ""));
        using var client = Client();
        var answer = await client.MapAsync(Plain, Source(source.Root), Query("Lamp"), SourceSelection.All, default);

        Assert.Equal(expected is null ? SourceOutcome.Invalid : SourceOutcome.Success, answer.Outcome);
        if (expected is not null) Assert.Equal(expected, string.Join(' ', [answer.Value!.Location, .. answer.Value.Ids]));
    }

    [Fact]
    public async Task A_page_tells_whether_more_follows()
    {
        const string Next = "Link: </ngsi-ld/v1/entities?offset=2>; rel=\"next\"; type=\"application/json\"\r\n";
        var link = Next;
        await using var source = new RawSource((_, stream, stop) =>
            stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(RawSource.Response($"[{Lamp}]", headers: link + "NGSILD-EntityMap: /ngsi-ld/v1/entityMaps/m\r\n")), stop).AsTask());
        using var client = Client();
        var registered = Source(source.Root);

        var told = await client.QueryAsync(Plain, registered, Query("Lamp"), SourceSelection.All, new(0, 5), default);
        link = "";
        var full = await client.QueryAsync(Plain, registered, Query("Lamp"), SourceSelection.All, new(0, 1), default);
        var silent = await client.QueryAsync(Plain, Source(source.Root), Query("Lamp"), SourceSelection.All, new(0, 1), default);

        Assert.True(told.Value!.HasMore);
        Assert.Equal("/ngsi-ld/v1/entityMaps/m", told.EntityMap);
        Assert.Equal(Id, told.Value.Entities.Single().Id);
        // A source that has told before means what it does not tell; of one that never has, a full page may be followed by another.
        Assert.False(full.Value!.HasMore);
        Assert.True(silent.Value!.HasMore);
    }

    [Fact]
    public async Task One_Entity_that_cannot_be_read_spoils_a_page_and_one_that_is_over_is_passed_by()
    {
        var over = await QueryAsync($$$"""[{{{Lamp}}},{"id":"urn:x:2","type":"Lamp","expiresAt":"2020-01-01T00:00:00Z"}]""");
        var empty = await QueryAsync(" [ ] ");
        var bad = await QueryAsync($$$"""[{{{Lamp}}},{"id":"urn:x:2"}]""");
        var notFound = await QueryAsync("{}", 404);

        Assert.Single(over.Value!.Entities);
        Assert.Empty(empty.Value!.Entities);
        Assert.Equal(SourceOutcome.Invalid, bad.Outcome);
        Assert.Equal(SourceOutcome.NotFound, notFound.Outcome);
    }

    [Theory]
    [InlineData(200, Lamp, 1, 0, false)]
    [InlineData(404, "", 1, 0, false)]
    [InlineData(403, "", 1, 1, false)]
    [InlineData(500, "", 1, 1, true)]
    [InlineData(504, "", 1, 1, true)]
    [InlineData(508, "", 1, 1, false)]
    [InlineData(200, "rubbish", 1, 1, true)]
    public async Task Requests_are_counted_at_the_registration(int status, string body, long sent, long failed, bool isDown)
    {
        await using var source = new RawSource(RawSource.Response(body, status));
        using var client = Client();
        var registered = Source(source.Root);
        await client.RetrieveAsync(registered);
        var figures = registered.State.Figures;

        Assert.Equal((sent, failed, failed > 0), (figures.TimesSent, figures.TimesFailed, figures.IsFailed));
        Assert.Equal(isDown, registered.State.DownSince is not null);
    }

    private static async Task<SourceAnswer<Entity>> RetrieveAsync(string response, string info = "")
    {
        await using var source = new RawSource(response);
        using var client = Client();
        return await client.RetrieveAsync(Source(source.Root, info));
    }

    private static async Task<SourceAnswer<SourcePage>> QueryAsync(string body, int status = 200)
    {
        await using var source = new RawSource(RawSource.Response(body, status));
        using var client = Client();
        return await client.QueryAsync(Plain, Source(source.Root), Query("Lamp"), SourceSelection.All, new(0, 5), default);
    }
}
