using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Types and Attributes of this broker and of sources that tell theirs (5.7.11).</summary>
public class DistributedDiscoveryTests : FederationTest
{
    private const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    private string Name => "a" + Type;

    private string Other => "b" + Type;

    private string OtherType => Type + "B";

    [BrokerFact, Clause("5.7.11"), Clause("5.7.5"), Clause("6.25"), Clause("6.3.18")]
    public async Task Lists_of_types_are_merged()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "types", SourceReply.Json($$"""{"id":"urn:x:1","type":"EntityTypeList","typeList":["{{Type}}","{{OtherType}}","Stranger{{Type}}"]}"""));
        await RegisterAsync(source.Url, entities: $"[{OwnEntities()},{OwnEntities(OtherType)}]");
        await CreateAsync("{}");

        var list = Texts((await GetAsync("types")).Expect(HttpStatusCode.OK).Json["typeList"]!);
        Assert.Single(list, type => type == Type);
        Assert.Contains(OtherType, list);
        // What is not registered is not told.
        Assert.DoesNotContain("Stranger" + Type, list);
        // Tests beside this one ask for types, too.
        Assert.All(source.Calls, call => Assert.NotEmpty(call.Header("Via")));
        Assert.NotEmpty(source.Calls);
        Assert.DoesNotContain(OtherType, Texts((await GetAsync("types?local=true")).Json["typeList"]!));
    }

    [BrokerFact, Clause("5.7.11"), Clause("5.7.6"), Clause("5.7.9"), Clause("6.25"), Clause("6.27")]
    public async Task Details_are_merged()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "types", SourceReply.Json($$"""[{"id":"{{Vocabulary}}{{Type}}","type":"EntityType","typeName":"{{Type}}","attributeNames":["{{Other}}"]}]"""));
        source.Answer("GET", "attributes", SourceReply.Json($$"""[{"id":"{{Vocabulary}}{{Name}}","type":"Attribute","attributeName":"{{Name}}","typeNames":["{{Type}}","{{OtherType}}"]}]"""));
        await RegisterAsync(source.Url, entities: $"[{OwnEntities()},{OwnEntities(OtherType)}]");
        await CreateAsync($$$"""{"{{{Name}}}":{"type":"Property","value":1} }""");

        var type = Assert.Single((await GetAsync("types?details=true")).Json.AsArray(), one => (string?)one!["typeName"] == Type)!;
        Assert.Equal([Name, Other], Texts(type["attributeNames"]!).Order(StringComparer.Ordinal));
        var attribute = Assert.Single((await GetAsync("attributes?details=true")).Json.AsArray(), one => (string?)one!["attributeName"] == Name)!;
        Assert.Equal([Type, OtherType], Texts(attribute["typeNames"]!).Order(StringComparer.Ordinal));
        Assert.Equal(2, source.Calls.Where(call => call.Parameter("details") == "true").DistinctBy(call => call.Path).Count());
    }

    [BrokerFact, Clause("5.7.11"), Clause("5.7.7"), Clause("6.26")]
    public async Task What_is_told_of_one_type_is_added_up()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "types/" + Type, SourceReply.Json($$$"""
            {"id":"{{{Vocabulary}}}{{{Type}}}","type":"EntityTypeInfo","typeName":"{{{Type}}}","entityCount":5,"attributeDetails":[
             {"id":"{{{Vocabulary}}}{{{Name}}}","type":"Attribute","attributeName":"{{{Name}}}","attributeTypes":["Relationship"]},
             {"id":"{{{Vocabulary}}}{{{Other}}}","type":"Attribute","attributeName":"{{{Other}}}","attributeTypes":["Property"]}]}
            """));
        await RegisterAsync(source.Url, attributes: Name);
        await CreateAsync($$$"""{"{{{Name}}}":{"type":"Property","value":1} }""");

        var info = (await GetAsync("types/" + Type)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(6, (int?)info["entityCount"]);
        var detail = Assert.Single(info["attributeDetails"]!.AsArray())!;
        Assert.Equal(["Property", "Relationship"], Texts(detail["attributeTypes"]!).Order(StringComparer.Ordinal));
    }

    [BrokerFact, Clause("5.7.11"), Clause("5.7.7"), Clause("5.7.10"), Clause("6.26"), Clause("6.28")]
    public async Task What_only_a_source_has_is_found()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "types/" + Type, SourceReply.Json($$"""{"id":"{{Vocabulary}}{{Type}}","type":"EntityTypeInfo","typeName":"{{Type}}","entityCount":2,"attributeDetails":[]}"""));
        source.Answer("GET", "attributes/" + Name, SourceReply.Json(
            $$"""{"id":"{{Vocabulary}}{{Name}}","type":"Attribute","attributeName":"{{Name}}","attributeCount":7,"attributeTypes":["Property"],"typeNames":["{{Type}}"]}"""));
        await RegisterAsync(source.Url, mode: "redirect", operations: "redirectionOps");

        Assert.Equal(2, (int?)(await GetAsync("types/" + Type)).Expect(HttpStatusCode.OK).Json["entityCount"]);
        var attribute = (await GetAsync("attributes/" + Name)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(7, (int?)attribute["attributeCount"]);
        Assert.Equal([Type], Texts(attribute["typeNames"]!));
        (await GetAsync($"types/{Type}?local=true")).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync("attributes/" + Other)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.7.11"), Clause("5.7.8"), Clause("6.27")]
    public async Task Lists_of_Attributes_are_merged()
    {
        await using var source = new ScriptedSource();
        source.Answer("GET", "attributes", SourceReply.Json($$"""{"id":"urn:x:1","type":"AttributeList","attributeList":["{{Name}}","{{Other}}","c{{Type}}"]}"""));
        await RegisterAsync(source.Url, attributes: $"{Name} {Other}");
        await CreateAsync($$$"""{"{{{Name}}}":{"type":"Property","value":1} }""");

        var list = Texts((await GetAsync("attributes")).Expect(HttpStatusCode.OK).Json["attributeList"]!);
        Assert.Single(list, name => name == Name);
        Assert.Contains(Other, list);
        Assert.DoesNotContain("c" + Type, list);
    }

    [BrokerFact, Clause("5.7.11"), Clause("4.20")]
    public async Task A_source_that_fails_or_does_not_offer_it_spoils_nothing()
    {
        await using var broken = new ScriptedSource();
        await using var silent = new ScriptedSource();
        broken.Always(SourceReply.Json("""{"typeList":7}"""));
        await RegisterAsync(broken.Url);
        await RegisterAsync(silent.Url, operations: "retrieveOps");
        await CreateAsync("{}");

        var answer = (await GetAsync("types")).Expect(HttpStatusCode.OK);
        Assert.Contains(Type, Texts(answer.Json["typeList"]!));
        Assert.NotEmpty(broken.Heard);
        Assert.Empty(silent.Calls);
    }

    private static string[] Texts(JsonNode array) => [.. array.AsArray().Select(item => (string)item!)];
}
