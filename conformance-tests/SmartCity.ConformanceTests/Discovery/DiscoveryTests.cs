using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Discovery;

public class DiscoveryTests : BrokerTest
{
    private const string Members = """{"a":{"type":"Property","value":1},"r":{"type":"Relationship","object":"urn:x:1"}}""";

    [BrokerFact, Clause("5.7.5"), Clause("4.5.10"), Clause("5.2.24"), Clause("6.25")]
    public async Task Types_are_listed()
    {
        await CreateAsync(Members);
        var list = (await GetAsync("types")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("EntityTypeList", (string?)list["type"]);
        Assert.Contains(list["typeList"]!.AsArray(), type => (string?)type == Type);
    }

    [BrokerFact, Clause("5.7.6"), Clause("4.5.11")]
    public async Task Types_are_listed_with_their_Attributes()
    {
        await CreateAsync(Members);
        var types = (await GetAsync("types?details=true")).Expect(HttpStatusCode.OK).Json.AsArray();
        var mine = Assert.Single(types, type => (string?)type!["typeName"] == Type)!;
        Assert.Equal("EntityType", (string?)mine["type"]);
        Assert.Equal(["a", "r"], mine["attributeNames"]!.AsArray().Select(name => (string)name!).Order());
    }

    [BrokerFact, Clause("5.7.7"), Clause("4.5.12"), Clause("6.26")]
    public async Task A_type_tells_how_many_and_what()
    {
        await CreateAsync(Members);
        await CreateAsync(NewId(), """{"a":{"type":"Property","value":1}}""");
        var info = (await GetAsync("types/" + Type)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("EntityTypeInfo", (string?)info["type"]);
        Assert.Equal(2, (int?)info["entityCount"]);
        var details = info["attributeDetails"]!.AsArray();
        Assert.Equal(["a", "r"], details.Select(detail => (string)detail!["attributeName"]!).Order());
        (await GetAsync("types/Nobody" + Type)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.7.8"), Clause("4.5.13"), Clause("6.27"), Clause("5.7.9"), Clause("5.2.27"), Clause("4.5.14")]
    public async Task Attributes_are_listed()
    {
        var name = "a" + Type;
        await CreateAsync($$$"""{"{{{name}}}":{"type":"Property","value":1}}""");
        var list = (await GetAsync("attributes")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal("AttributeList", (string?)list["type"]);
        Assert.Contains(list["attributeList"]!.AsArray(), attribute => (string?)attribute == name);
        var details = (await GetAsync("attributes?details=true")).Expect(HttpStatusCode.OK).Json.AsArray();
        var mine = Assert.Single(details, attribute => (string?)attribute!["attributeName"] == name)!;
        Assert.Equal(Type, (string?)mine["typeNames"]![0]);
    }

    [BrokerFact, Clause("5.7.10"), Clause("4.5.15"), Clause("6.28")]
    public async Task An_Attribute_tells_how_many_and_of_which_kinds()
    {
        var name = "a" + Type;
        await CreateAsync($$$"""{"{{{name}}}":{"type":"Property","value":1}}""");
        await CreateAsync(NewId(), $$$"""{"{{{name}}}":{"type":"Relationship","object":"urn:x:1"}}""");
        var info = (await GetAsync("attributes/" + name)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(2, (int?)info["attributeCount"]);
        Assert.Equal(["Property", "Relationship"], info["attributeTypes"]!.AsArray().Select(kind => (string)kind!).Order());
        (await GetAsync("attributes/z" + Type)).ExpectError(HttpStatusCode.NotFound, "ResourceNotFound");
    }

    [BrokerFact, Clause("5.7.10"), Clause("4.16")]
    public async Task An_Attribute_of_an_Entity_of_two_types_counts_once()
    {
        var (id, name, other) = (NewId(), "a" + Type, "Other" + Type);
        (await PostAsync("entities",
            $$$"""{"id":"{{{id}}}","type":["{{{Type}}}","{{{other}}}"],"{{{name}}}":{"type":"Property","value":1}}""")).Expect(HttpStatusCode.Created);
        var info = (await GetAsync("attributes/" + name)).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(1, (int?)info["attributeCount"]);
        Assert.Equal([other, Type], info["typeNames"]!.AsArray().Select(type => (string)type!).Order(StringComparer.Ordinal));
    }
}
