using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Federation;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using Xunit;
using static SmartCity.Broker.Tests.Federation.Asking;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>Writes as sources get them, and what they say of them (ETSI GS CIM 009 5.6, 4.3.6.6, 4.3.6.8).</summary>
public sealed class SourceWriteTests
{
    private const string Path = "/ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:1";
    private static readonly EntityGuard Lamps = new(new TypeIs(Name("Lamp")));

    public static TheoryData<SourceWrite, string, string> Writes => new()
    {
        {
            new(SourceWriteKind.Create, Id) { Entity = Read($$$"""{"id":"{{{Id}}}","type":["Lamp","Pole"],"scope":["/a"],"a":{"value":1,"observedAt":"2026-01-01T00:00:00Z"}}""") },
            "POST /ngsi-ld/v1/entities",
            $$$"""{"id":"{{{Id}}}","type":["Lamp","Pole"],"scope":["/a"],"a":{"type":"Property","value":1,"observedAt":"2026-01-01T00:00:00Z"}}"""
        },
        { new(SourceWriteKind.Replace, Id) { Entity = Read("""{"type":"Lamp","a":1}"""), Guard = Lamps }, $"PUT {Path}?type=Lamp", """{"type":"Lamp","a":{"type":"Property","value":1}}""" },
        {
            new(SourceWriteKind.Merge, Id)
            {
                Entity = Read("""{"a":"urn:ngsi-ld:null","b":{"unitCode":"urn:ngsi-ld:null","c":{"value":"urn:ngsi-ld:null"}},"r":{"object":"urn:x:1"},"t":{"observedAt":"urn:ngsi-ld:null"}}"""),
                Merge = new() { Language = "de", ObservedAt = new(default, "2026-01-01T00:00:00Z") },
            },
            $"PATCH {Path}?lang=de&observedAt=2026-01-01T00:00:00Z",
            """{"a":{"type":"Property","value":"urn:ngsi-ld:null"},"b":{"unitCode":"urn:ngsi-ld:null","c":{"type":"Property","value":"urn:ngsi-ld:null"}},"r":{"type":"Relationship","object":"urn:x:1"},"t":{"observedAt":"urn:ngsi-ld:null"}}"""
        },
        {
            new(SourceWriteKind.Merge, Id)
            {
                Entity = Read("""{"a":{"x":[1]},"n":{"languageMap":{"de":"x"}},"v":{"vocab":"Lamp"},"d":{"dataset":{"@none":1,"urn:y":2}}}""", simplified: true),
                Merge = new() { Simplified = true },
            },
            $"PATCH {Path}?format=simplified",
            """{"a":{"x":[1]},"n":{"languageMap":{"de":"x"}},"v":{"vocab":"Lamp"},"d":{"dataset":{"@none":1,"urn:y":2}}}"""
        },
        { new(SourceWriteKind.Append, Id) { Entity = Read("""{"a":1}"""), NoOverwrite = true }, $"POST {Path}/attrs?options=noOverwrite", """{"a":{"type":"Property","value":1}}""" },
        { new(SourceWriteKind.Update, Id) { Entity = Read("""{"l":{"objectList":["urn:x:1"]},"m":{"objectList":"urn:ngsi-ld:null"}}""") }, $"PATCH {Path}/attrs", """{"l":{"type":"ListRelationship","objectList":[{"object":"urn:x:1"}]},"m":{"type":"ListRelationship","objectList":["urn:ngsi-ld:null"]}}""" },
        { new(SourceWriteKind.Delete, Id), $"DELETE {Path}", "" },
        { new(SourceWriteKind.PartialUpdateAttribute, Id) { AttributeName = Name("a"), Instances = Instances("""{"value":5}""") }, $"PATCH {Path}/attrs/a", """{"type":"Property","value":5}""" },
        { new(SourceWriteKind.PartialUpdateAttribute, Id) { AttributeName = "urn:b:c", Instances = Instances("""{"unitCode":"X"}""") }, $"PATCH {Path}/attrs/urn:b:c", """{"unitCode":"X"}""" },
        { new(SourceWriteKind.ReplaceAttribute, Id) { AttributeName = Name("a"), Instances = Instances("""[{"value":5},{"value":6,"datasetId":"urn:d"}]""") }, $"PUT {Path}/attrs/a", """[{"type":"Property","value":5},{"type":"Property","value":6,"datasetId":"urn:d"}]""" },
        { new(SourceWriteKind.DeleteAttribute, Id) { AttributeName = Name("a"), DatasetId = "urn:d" }, $"DELETE {Path}/attrs/a?datasetId=urn:d", "" },
        { new(SourceWriteKind.DeleteAttribute, Id) { AttributeName = Name("a"), All = true, DatasetId = "urn:d" }, $"DELETE {Path}/attrs/a?deleteAll=true", "" },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_is_sent_as_it_came(SourceWrite write, string line, string body)
    {
        var (sent, answer) = await WriteAsync(write, RawSource.NoBody());

        Assert.Equal(line, sent.Line);
        Assert.Equal(body, sent.Body);
        Assert.Equal(body.Length > 0 ? "application/json" : null, sent["Content-Type"]);
        Assert.True(answer.IsSuccess);
    }

    [Theory]
    [InlineData("", "application/json", """{"type":"http://town.example/Lampe","http://town.example/helligkeit":{"type":"Property","value":1}}""", null)]
    [InlineData($"jsonldContext={CityUri}", "application/json", """{"type":"Lampe","hell":{"type":"Property","value":1}}""", CityUri)]
    [InlineData($"jsonldContext={CityUri};contentType=application/ld+json", "application/json", """{"type":"Lampe","hell":{"type":"Property","value":1}}""", CityUri)]
    [InlineData("contentType=application/ld+json", "application/ld+json", """{"type":"http://town.example/Lampe","http://town.example/helligkeit":{"type":"Property","value":1},"@context":"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld"}""", null)]
    public async Task A_body_is_in_the_context_and_the_type_that_the_registration_says(string info, string type, string body, string? link)
    {
        var fragment = new Entity { Id = "", Types = ["http://town.example/Lampe"], Attributes = [new Property { Name = "http://town.example/helligkeit", Value = JsonValue.Of("1") }] };
        var (sent, _) = await WriteAsync(new(SourceWriteKind.Update, Id) { Entity = fragment }, RawSource.NoBody(), info);

        Assert.Equal(type, sent["Content-Type"]);
        Assert.Equal(body, sent.Body);
        Assert.Equal(link, sent["Link"]?.Split('>')[0].TrimStart('<'));
    }

    [Theory]
    [InlineData("1.7", """{"type":["A","B"],"scope":"/s","n":{"type":"LanguageProperty","languageMap":{"de":"x"}},"v":{"type":"Property","value":"x"},"o":{"type":"Relationship","object":["urn:x:1"]},"m":[{"type":"Property","value":1,"observedAt":"2026-01-01T00:00:00Z"},{"type":"Property","value":2,"datasetId":"urn:d"}]}""")]
    [InlineData("1.2", """{"type":"A","n":{"type":"Property","value":{"de":"x"}},"v":{"type":"Property","value":"x"},"o":{"type":"Relationship","object":["urn:x:1"]},"m":{"type":"Property","value":1}}""")]
    public async Task A_body_is_what_the_version_of_the_source_knows(string version, string body)
    {
        var fragment = Read("""
            {"type":["A","B"],"scope":"/s","expiresAt":"2999-01-01T00:00:00Z","n":{"languageMap":{"de":"x"}},"v":{"vocab":"x"},"o":{"objectList":["urn:x:1"]},
             "m":[{"value":1,"observedAt":"2026-01-01T00:00:00Z","expiresAt":"2999-01-01T00:00:00Z"},{"value":2,"datasetId":"urn:d"}]}
            """);
        var (sent, _) = await WriteAsync(new(SourceWriteKind.Append, Id) { Entity = fragment }, RawSource.NoBody(), $"ngsildConformance={version}");

        Assert.Equal(body, sent.Body);
    }

    [Fact]
    public async Task What_was_not_written_is_named_in_full()
    {
        var write = new SourceWrite(SourceWriteKind.Update, Id) { Entity = Read("""{"a":1}""") };
        var partly = await WriteAsync(write, RawSource.Response("""{"updated":["b"],"notUpdated":[{"attributeName":"a","reason":"no\nway"},{"attributeName":"hell"}]}""", 207), $"jsonldContext={CityUri}");
        var distributed = await WriteAsync(write, RawSource.Response($$$"""{"success":[],"errors":[{"entityId":"{{{Id}}}","error":{"type":"x/Conflict","title":"t"}}]}""", 207));
        var strange = await WriteAsync(write, RawSource.Response("{}", 207));
        var refused = await WriteAsync(write, RawSource.Response("""{"type":"https://uri.etsi.org/ngsi-ld/errors/AlreadyExists"}""", 409));
        var created = await WriteAsync(write, RawSource.NoBody(201));

        Assert.Equal([new(Name("a"), "no way"), new("http://town.example/helligkeit", "the source does not tell what has become of it")], partly.Answer.Value!.NotUpdated.ToArray());
        Assert.Equal([new BatchError(Id, new(NgsiLdErrorKind.Conflict, "t"))], distributed.Answer.Value!.Errors.ToArray());
        Assert.Equal(SourceOutcome.Invalid, strange.Answer.Outcome);
        Assert.Equal((SourceOutcome.Refused, NgsiLdErrorKind.AlreadyExists), (refused.Answer.Outcome, refused.Answer.Error));
        Assert.True(created.Answer.Value!.Created);
    }

    public static TheoryData<BatchKind, string, string, string, string> Batches => new()
    {
        { BatchKind.Create, "create", RawSource.Response("""["urn:a:1","urn:a:2"]""", 201), "urn:a:1,urn:a:2", "" },
        { BatchKind.Create, "create", RawSource.Response("""["urn:a:1"]""", 201), "urn:a:1", "" },
        { BatchKind.UpsertReplace, "upsert", RawSource.NoBody(), "", "urn:a:1,urn:a:2" },
        { BatchKind.UpsertUpdate, "upsert?options=update", RawSource.Response("""["urn:a:2"]""", 201), "urn:a:2", "urn:a:1" },
        { BatchKind.UpsertReplace, "upsert", RawSource.NoBody(201), "urn:a:1,urn:a:2", "" },
        { BatchKind.Create, "create", RawSource.NoBody(201), "urn:a:1,urn:a:2", "" },
        { BatchKind.Create, "create", RawSource.Response("{}", 200), "urn:a:1,urn:a:2", "" },
        { BatchKind.Merge, "merge?format=simplified", RawSource.Response("{}", 200), "", "urn:a:1,urn:a:2" },
        { BatchKind.Update, "update", RawSource.Response("""{"errors":[{"entityId":"urn:a:1","error":{"title":"bad"}}]}""", 200), "", "" },
        { BatchKind.Update, "update", RawSource.Response("""{"success":["urn:a:2"],"errors":[{"entityId":"urn:a:1","error":{"title":"bad"}}]}""", 207), "", "urn:a:2" },
        { BatchKind.UpdateNoOverwrite, "update?options=noOverwrite", RawSource.NoBody(), "", "urn:a:1,urn:a:2" },
        { BatchKind.Merge, "merge?format=simplified", RawSource.NoBody(), "", "urn:a:1,urn:a:2" },
        { BatchKind.Delete, "delete", RawSource.Response("""{"success":["urn:a:1"],"errors":[]}""", 207), "", "urn:a:1" },
    };

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task Each_element_of_a_batch_has_come_to_something(BatchKind kind, string path, string response, string created, string updated)
    {
        await using var source = new RawSource(response);
        using var client = Client();
        ImmutableArray<Entity> items = [Read("""{"id":"urn:a:1","type":"A","x":1}"""), Read("""{"id":"urn:a:2","type":"A"}""")];
        var options = kind == BatchKind.Merge ? new MergeOptions { Simplified = true } : MergeOptions.None;
        var answer = await client.BatchAsync(Plain, Source(source.Root), kind, items, options, default);

        var sent = Assert.Single(source.Requests);
        Assert.Equal($"POST /ngsi-ld/v1/entityOperations/{path}", sent.Line);
        if (kind == BatchKind.Delete) Assert.Equal("""["urn:a:1","urn:a:2"]""", sent.Body);
        Assert.Equal((created, updated), (string.Join(",", answer.Value!.Created), string.Join(",", answer.Value.Updated)));
        Assert.Equal(2, answer.Value.Created.Length + answer.Value.Updated.Length + answer.Value.Errors.Length);
    }

    [Fact]
    public async Task A_purge_says_which_Entities_and_what_of_them()
    {
        await using var source = new RawSource(RawSource.NoBody());
        using var client = Client();
        await client.PurgeAsync(Plain, Source(source.Root), Query("Lamp"), PurgeExtent.Whole, default);
        await client.PurgeAsync(Plain, Source(source.Root), Query("Lamp"), PurgeExtent.Drop([Name("a")]), default);
        await client.PurgeAsync(Plain, Source(source.Root), Query("Lamp"), PurgeExtent.Keep([Name("a")]), default);

        Assert.Equal(
            ["DELETE /ngsi-ld/v1/entities?type=Lamp", "DELETE /ngsi-ld/v1/entities?type=Lamp&drop=a", "DELETE /ngsi-ld/v1/entities?type=Lamp&keep=a"],
            source.Requests.Select(request => request.Line));
    }

    private static ImmutableArray<SmartCity.NgsiLd.Entities.Attribute> Instances(string json) => EntityReader.ReadAttribute(
        System.Text.Encoding.UTF8.GetBytes(json), Name("a"), SmartCity.NgsiLd.Contexts.Context.Core, EntityInput.Fragment, EntityReaderOptions.Default).Value;

    private static async Task<(SentRequest Sent, SourceAnswer<SourceWritten> Answer)> WriteAsync(SourceWrite write, string response, string info = "")
    {
        await using var source = new RawSource(response);
        using var client = Client();
        var answer = await client.WriteAsync(Plain, Source(source.Root, info), write, default);
        return (Assert.Single(source.Requests), answer);
    }
}
