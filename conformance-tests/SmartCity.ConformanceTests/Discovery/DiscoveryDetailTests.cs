using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Discovery;

/// <summary>Names in full and in short, kinds, counts, and what is gone.</summary>
public class DiscoveryDetailTests : BrokerTest
{
    private const string Vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    private string Name => "a" + Type;

    [BrokerFact, Clause("5.7.7"), Clause("4.5.12"), Clause("5.2.26"), Clause("6.26")]
    public async Task A_type_has_a_full_name_and_Attributes_of_several_kinds()
    {
        await CreateAllAsync($$$"""
            {"1":{"{{{Name}}}":{"type":"Property","value":1} },"2":{"{{{Name}}}":{"type":"Relationship","object":"urn:x:1"} },
             "3":{"{{{Name}}}":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]} } }}
            """);
        foreach (var asked in (string[])[Type, Encode(Vocabulary + Type)])
        {
            var info = (await GetAsync("types/" + asked)).Expect(HttpStatusCode.OK).Json;
            Assert.Equal((Vocabulary + Type, "EntityTypeInfo", Type, 3), ((string?)info["id"], (string?)info["type"], (string?)info["typeName"], (int?)info["entityCount"]));
            var detail = Assert.Single(info["attributeDetails"]!.AsArray())!;
            Assert.Equal((Vocabulary + Name, "Attribute", Name), ((string?)detail["id"], (string?)detail["type"], (string?)detail["attributeName"]));
            Assert.Equal(["GeoProperty", "Property", "Relationship"], detail["attributeTypes"]!.AsArray().Select(kind => (string)kind!).Order());
        }
    }

    [BrokerFact, Clause("5.7.10"), Clause("4.5.15"), Clause("5.2.28"), Clause("6.28")]
    public async Task An_Attribute_has_a_full_name_and_types_that_have_it()
    {
        await CreateAllAsync($$$"""{"1":{"{{{Name}}}":{"type":"Property","value":1}},"2":{"type":"{{{Type}}}B","{{{Name}}}":{"type":"Property","value":1} } }""");
        foreach (var asked in (string[])[Name, Encode(Vocabulary + Name)])
        {
            var info = (await GetAsync("attributes/" + asked)).Expect(HttpStatusCode.OK).Json;
            Assert.Equal((Vocabulary + Name, "Attribute", Name, 2), ((string?)info["id"], (string?)info["type"], (string?)info["attributeName"], (int?)info["attributeCount"]));
            Assert.Equal([Type, Type + "B"], info["typeNames"]!.AsArray().Select(type => (string)type!).Order(StringComparer.Ordinal));
            Assert.Equal(["Property"], info["attributeTypes"]!.AsArray().Select(kind => (string)kind!));
        }
    }

    [BrokerFact, Clause("5.7.6"), Clause("5.7.9"), Clause("4.5.11"), Clause("4.5.14"), Clause("6.25"), Clause("5.2.25"), Clause("5.2.28"), Clause("6.27")]
    public async Task Details_are_shown_where_asked()
    {
        await CreateAsync($$$"""{"{{{Name}}}":{"type":"Property","value":1} }""");
        var type = Assert.Single((await GetAsync("types?details=true")).Json.AsArray(), one => (string?)one!["typeName"] == Type)!;
        Assert.Equal((Vocabulary + Type, "EntityType"), ((string?)type["id"], (string?)type["type"]));
        Assert.Equal([Name], type["attributeNames"]!.AsArray().Select(name => (string)name!));
        var attribute = Assert.Single((await GetAsync("attributes?details=true")).Json.AsArray(), one => (string?)one!["attributeName"] == Name)!;
        Assert.Equal((Vocabulary + Name, "Attribute"), ((string?)attribute["id"], (string?)attribute["type"]));
        Assert.Equal([Type], attribute["typeNames"]!.AsArray().Select(name => (string)name!));
        foreach (var path in (string[])["types", "attributes"])
        {
            var list = (await GetAsync(path + "?details=false")).Expect(HttpStatusCode.OK).Json;
            Assert.NotEmpty((string?)list["id"] ?? "");
            (await GetAsync(path + "?details=perhaps")).Expect(HttpStatusCode.BadRequest);
        }
    }

    [BrokerFact, Clause("5.7.5"), Clause("5.7.7"), Clause("5.7.8"), Clause("5.7.10")]
    public async Task What_no_Entity_has_any_more_is_not_told()
    {
        await CreateAsync($$$"""{"{{{Name}}}":{"type":"Property","value":1} }""");
        (await GetAsync("attributes/" + Name)).Expect(HttpStatusCode.OK);
        (await DeleteAsync($"entities/{Id}/attrs/{Name}")).Expect(HttpStatusCode.NoContent);
        (await GetAsync("attributes/" + Name)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        Assert.DoesNotContain(Name, (await GetAsync("attributes")).Body, StringComparison.Ordinal);
        (await GetAsync("types/" + Type)).Expect(HttpStatusCode.OK);
        (await DeleteAsync($"entities/{Id}")).Expect(HttpStatusCode.NoContent);
        (await GetAsync("types/" + Type)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        Assert.DoesNotContain(Type, (await GetAsync("types")).Body, StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.7.5"), Clause("5.7.7"), Clause("5.7.8"), Clause("4.22")]
    public async Task What_has_expired_is_not_told()
    {
        await CreateAsync($$$"""{"expiresAt":"{{{In()}}}","{{{Name}}}":{"type":"Property","value":1} }""");
        await EventuallyAsync("the Entity is still there", async () => (await GetAsync($"entities/{Id}")).Status != HttpStatusCode.OK);
        (await GetAsync("types/" + Type)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        (await GetAsync("attributes/" + Name)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
        Assert.DoesNotContain(Type, (await GetAsync("types")).Body, StringComparison.Ordinal);
    }

    [BrokerFact, Clause("5.7.5"), Clause("5.7.7"), Clause("5.7.8"), Clause("5.5.7")]
    public async Task Names_are_those_of_the_context_of_the_request()
    {
        await CreateAsync($$$"""{"{{{Name}}}":{"type":"Property","value":1} }""");
        await using var server = new Receiver();
        var context = server.Serve($"/{Type}.jsonld", $$"""{"@context":{"Mine{{Type}}":"{{Vocabulary}}{{Type}}","mine{{Name}}":"{{Vocabulary}}{{Name}}"} }""");
        var answer = (await GetAsync("types", Link(context))).Expect(HttpStatusCode.OK);
        Assert.Contains($"\"Mine{Type}\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains(context, answer.Header("Link"), StringComparison.Ordinal);
        Assert.Contains($"\"mine{Name}\"", (await GetAsync("attributes", Link(context))).Body, StringComparison.Ordinal);
        Assert.Equal("Mine" + Type, (string?)(await GetAsync($"types/Mine{Type}", Link(context))).Expect(HttpStatusCode.OK).Json["typeName"]);
        Assert.Equal("mine" + Name, (string?)(await GetAsync($"attributes/mine{Name}", Link(context))).Expect(HttpStatusCode.OK).Json["attributeName"]);
        Assert.NotNull((await GetAsync($"types/{Type}", Accept(LdJson))).Expect(HttpStatusCode.OK).Json["@context"]);
    }
}
