using System.Net;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;
using SmartCity.ConformanceTests.Federation;

namespace SmartCity.ConformanceTests.Registrations;

public class RegistrationQueryTests : FederationTest
{
    private const string Nowhere = "http://localhost:9";

    // $type and $id are the test's own; the ids of Entities begin with $id.
    private const string OfType = """{"entities":[{"type":"$type","idPattern":"^$id"}]}""";

    [BrokerTheory, Clause("5.10.2"), Clause("5.12"), Clause("6.8"), Clause("5.2.8"), Clause("5.2.10")]
    [InlineData(OfType, "type=$type", true)]
    [InlineData(OfType, "type=$typeX", false)]
    [InlineData(OfType, "type=$typeX,$type", true)]
    [InlineData(OfType, "type=($type;$typeX)", false)]
    [InlineData(OfType, "type=$type&id=$id:1", true)]
    [InlineData(OfType, "type=$type&id=urn:x:other", false)]
    [InlineData(OfType, "type=$type&idPattern=.*x", true)]
    [InlineData(OfType, "type=$type&attrs=p", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}]}""", "type=$type", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}]}""", "type=$type&id=$id:1", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}]}""", "type=$type&id=$id:2", false)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}]}""", "type=$type&id=$id:2,$id:1", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}]}""", "type=$type&idPattern=:1$", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}]}""", "type=$type&idPattern=:2$", false)]
    [InlineData("""{"entities":[{"type":["$type","$typeX"],"id":"$id:1"}]}""", "type=($type;$typeX)", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["p"],"relationshipNames":["r"]}""", "type=$type&attrs=p", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["p"],"relationshipNames":["r"]}""", "type=$type&attrs=r,z", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["p"],"relationshipNames":["r"]}""", "type=$type&attrs=z", false)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["p"],"relationshipNames":["r"]}""", "type=$type&pick=id,p", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["p"],"relationshipNames":["r"]}""", "type=$type&pick=id,z", false)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["p"],"relationshipNames":["r"]}""", "type=$type&q=p>1", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["p"],"relationshipNames":["r"]}""", "type=$type&q=z>1", false)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["$type"]}""", "attrs=$type", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["$type"]}""", "q=$type==1", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["location"]}""", "type=$type&georel=near;maxDistance==10&geometry=Point&coordinates=[1,2]", true)]
    [InlineData("""{"entities":[{"type":"$type","id":"$id:1"}],"propertyNames":["p"]}""", "type=$type&georel=near;maxDistance==10&geometry=Point&coordinates=[1,2]", false)]
    public async Task Those_are_found_that_may_have_what_is_asked_for(string information, string query, bool isFound)
    {
        var location = await RegisterAsync(Nowhere, members: $$"""{"information":[{{Own(information)}}]}""");
        await ExpectAsync(location, Own(query), isFound);
    }

    [BrokerTheory, Clause("5.10.2"), Clause("5.12"), Clause("4.9"), Clause("4.10"), Clause("4.19"), Clause("4.11")]
    [InlineData("{}", "", true)]
    [InlineData("{}", "&timerel=after&timeAt=2020-01-01T00:00:00Z", false)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "", false)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=after&timeAt=2020-06-01T00:00:00Z", true)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=after&timeAt=2021-06-01T00:00:00Z", false)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=before&timeAt=2020-06-01T00:00:00Z", true)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=before&timeAt=2019-06-01T00:00:00Z", false)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=between&timeAt=2019-06-01T00:00:00Z&endTimeAt=2020-02-01T00:00:00Z", true)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=between&timeAt=2019-06-01T00:00:00Z&endTimeAt=2019-07-01T00:00:00Z", false)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=after&timeAt=2021-01-01T00:00:00Z", true)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=before&timeAt=2020-01-01T00:00:00Z", true)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=between&timeAt=2021-01-01T00:00:00Z&endTimeAt=2022-01-01T00:00:00Z", true)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=between&timeAt=2021-06-01T00:00:00Z&endTimeAt=2022-01-01T00:00:00Z", false)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=after&timeAt=2020-06-01T00:00:00Z&timeproperty=observedAt", true)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timerel=after&timeAt=2020-06-01T00:00:00Z&timeproperty=deletedAt", false)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z","endAt":"2021-01-01T00:00:00Z"}}""", "&timeproperty=observedAt", false)]
    [InlineData("""{"managementInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", "", false)]
    [InlineData("""{"managementInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", "&timerel=before&timeAt=2020-06-01T00:00:00Z&timeproperty=createdAt", true)]
    [InlineData("""{"managementInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", "&timerel=before&timeAt=2020-06-01T00:00:00Z&timeproperty=deletedAt", true)]
    [InlineData("""{"managementInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", "&timerel=before&timeAt=2020-06-01T00:00:00Z", false)]
    [InlineData("""{"observationSpace":{"type":"Point","coordinates":[1,2]}}""", "&georel=within&geometry=Polygon&coordinates=[[[0,0],[0,5],[5,5],[5,0],[0,0]]]&geoproperty=observationSpace", true)]
    [InlineData("""{"observationSpace":{"type":"Point","coordinates":[7,2]}}""", "&georel=within&geometry=Polygon&coordinates=[[[0,0],[0,5],[5,5],[5,0],[0,0]]]&geoproperty=observationSpace", false)]
    [InlineData("""{"location":{"type":"Point","coordinates":[7,2]}}""", "&geoproperty=location", true)]
    [InlineData("""{"observationInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", "&timerel=after&timeAt=2020-06-01T00:00:00Z&timeproperty=modifiedAt", false)]
    [InlineData("""{"managementInterval":{"startAt":"2020-01-01T00:00:00Z"}}""", "&timerel=after&timeAt=2020-06-01T00:00:00Z&timeproperty=modifiedAt", true)]
    [InlineData("""{"location":{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9],[9,0],[0,0]]]}}""", "&georel=near;maxDistance==10&geometry=Point&coordinates=[5,5]", true)]
    [InlineData("""{"location":{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9],[9,0],[0,0]]]}}""", "&georel=near;maxDistance==10&geometry=Point&coordinates=[15,5]", false)]
    [InlineData("""{"location":{"type":"Polygon","coordinates":[[[0,0],[0,9],[9,9],[9,0],[0,0]]]}}""", "&georel=within&geometry=Polygon&coordinates=[[[4,4],[4,5],[5,5],[5,4],[4,4]]]", true)]
    [InlineData("""{"operationSpace":{"type":"Point","coordinates":[1,2]}}""", "&georel=equals&geometry=Point&coordinates=[1,3]&geoproperty=operationSpace", false)]
    [InlineData("""{"scope":["/a","/b/c"]}""", "&scopeQ=/b/%23", true)]
    [InlineData("""{"scope":["/a","/b/c"]}""", "&scopeQ=/c", false)]
    [InlineData("""{"datasetId":["urn:d:1"]}""", "&datasetId=urn:d:1", true)]
    [InlineData("""{"datasetId":["urn:d:1"]}""", "&datasetId=@none", false)]
    [InlineData("""{"owner":{"type":"Property","value":"city"}}""", "&csf=owner==%22city%22", true)]
    [InlineData("""{"owner":{"type":"Property","value":"city"}}""", "&csf=owner==%22town%22", false)]
    [InlineData("{}", "&csf=endpoint==%22http://localhost:9%22", true)]
    [InlineData("{}", "&csf=mode==%22inclusive%22", true)]
    [InlineData("{}", "&csf=mode!=%22inclusive%22", false)]
    [InlineData("{}", "&csf=operations==%22federationOps%22", true)]
    [InlineData("""{"operations":["retrieveOps","updateOps"]}""", "&csf=operations==%22updateOps%22", true)]
    [InlineData("""{"operations":["retrieveOps","updateOps"]}""", "&csf=operations==%22federationOps%22", false)]
    [InlineData("""{"registrationName":"north"}""", "&csf=registrationName==%22north%22", true)]
    [InlineData("""{"description":"north of it"}""", "&csf=description~=north.*", true)]
    [InlineData("""{"contextSourceAlias":"north"}""", "&csf=contextSourceAlias==%22south%22", false)]
    [InlineData("""{"contextSourceAlias":"north"}""", "&csf=contextSourceAlias;registrationName", false)]
    [InlineData("""{"tenant":"t"}""", "&csf=tenant==%22t%22|tenant==%22u%22", true)]
    [InlineData("""{"refreshRate":"PT1H"}""", "&csf=refreshRate==%22PT1H%22", true)]
    [InlineData("""{"management":{"timeout":500,"localOnly":true}}""", "&csf=management[timeout]%3E400;management[localOnly]==true", true)]
    [InlineData("""{"management":{"timeout":500}}""", "&csf=management[timeout]%3C400", false)]
    [InlineData("{}", "&csf=management", false)]
    [InlineData("""{"datasetId":["urn:d:1","urn:d:2"]}""", "&csf=datasetId==%22urn:d:2%22", true)]
    [InlineData("{}", "&lang=de&geometryProperty=location&omit=p", true)]
    public async Task Time_place_scope_and_filters_are_matched(string members, string query, bool isFound)
    {
        var location = await RegisterAsync(Nowhere, members: members);
        await ExpectAsync(location, $"type={Type}{query}", isFound);
    }

    // The place that a registration gives is that of its Entities, whichever of their Attributes the source has.
    [BrokerTheory, Clause("5.10.2"), Clause("5.12"), Clause("5.2.9")]
    [InlineData("""{"location":{"type":"Point","coordinates":[1,2]}}""", "", true)]
    [InlineData("""{"location":{"type":"Point","coordinates":[1,2]}}""", "&geoproperty=location", true)]
    [InlineData("""{"location":{"type":"Point","coordinates":[9,9]}}""", "", false)]
    [InlineData("""{"location":{"type":"Point","coordinates":[1,2]}}""", "&attrs=p", true)]
    [InlineData("""{"location":{"type":"Point","coordinates":[1,2]}}""", "&attrs=z", false)]
    [InlineData("""{"location":{"type":"Point","coordinates":[1,2]}}""", "&q=z==1", false)]
    [InlineData("""{"location":{"type":"Point","coordinates":[1,2]}}""", "&geoproperty=operationSpace", false)]
    [InlineData("""{"operationSpace":{"type":"Point","coordinates":[1,2]}}""", "&geoproperty=operationSpace", true)]
    public async Task A_source_of_some_Attributes_is_found_by_its_place(string members, string query, bool isFound)
    {
        var location = await RegisterAsync(Nowhere, attributes: "p", members: members);
        await ExpectAsync(location, $"type={Type}&georel=near;maxDistance==10&geometry=Point&coordinates=[1,2]{query}", isFound);
    }

    [BrokerFact, Clause("5.10.2")]
    public async Task Only_what_matches_of_the_information_is_shown()
    {
        await RegisterAsync(Nowhere, members: Own("""{"information":[{"entities":[{"type":"$type","id":"$id:1"}]},{"entities":[{"type":"$typeX","id":"$id:1"}]}]}"""));
        var found = (await GetAsync($"csourceRegistrations?type={Type}")).Expect(HttpStatusCode.OK).Json.AsArray();
        Assert.Equal(Type, (string?)Assert.Single(Assert.Single(found)!["information"]!.AsArray())!["entities"]![0]!["type"]);
    }

    [BrokerFact, Clause("5.10.2"), Clause("6.8"), Clause("5.5.9"), Clause("6.3.13"), Clause("6.3.10")]
    public async Task Registrations_are_counted_and_come_in_pages()
    {
        var made = new List<string>();
        for (var i = 0; i < 3; i++) made.Add(await RegisterAsync(Nowhere));
        var first = (await GetAsync($"csourceRegistrations?type={Type}&limit=2&options=count")).Expect(HttpStatusCode.OK);
        Assert.Equal("3", first.Header("NGSILD-Results-Count"));
        Assert.Contains("rel=\"next\"", first.Header("Link"), StringComparison.Ordinal);
        var second = (await GetAsync($"csourceRegistrations?type={Type}&limit=2&offset=2")).Expect(HttpStatusCode.OK);
        var ids = first.Json.AsArray().Concat(second.Json.AsArray()).Select(one => (string)one!["id"]!);
        Assert.Equal(made, ids.Select(id => "/ngsi-ld/v1/csourceRegistrations/" + id));
        Assert.Empty((await GetAsync($"csourceRegistrations?type={Type}&limit=0&count=true")).Expect(HttpStatusCode.OK).Json.AsArray());
    }

    [BrokerFact, Clause("6.3.13"), Clause("6.8")]
    public async Task Who_counts_all_registrations_may_list_them()
    {
        await RegisterAsync(Nowhere);
        var answer = (await GetAsync("csourceRegistrations/?count=true&limit=100&offset=0", ("Accept", "*/*"))).Expect(HttpStatusCode.OK);
        Assert.True(int.Parse(answer.Header("NGSILD-Results-Count"), System.Globalization.CultureInfo.InvariantCulture) >= 1);
    }

    [BrokerTheory, Clause("5.10.2"), Clause("6.8")]
    [InlineData("")]
    [InlineData("?id=urn:x:1")]
    [InlineData("?idPattern=.*")]
    [InlineData("?scopeQ=/a")]
    [InlineData("?csf=a==1")]
    [InlineData("?local=true")]
    [InlineData("?limit=5")]
    [InlineData("?id=urn:x:1&scopeQ=/a&csf=a==1&limit=5")]
    [InlineData("?timerel=after&timeAt=2020-01-01T00:00:00Z")]
    [InlineData("?type=T&id=x")]
    [InlineData("?type=T&idPattern=(")]
    [InlineData("?type=T;")]
    [InlineData("?q=a==")]
    [InlineData("?type=T&csf=a==")]
    [InlineData("?georel=near")]
    [InlineData("?georel=within&geometry=Point")]
    [InlineData("?type=T&timerel=after")]
    [InlineData("?type=T&timeAt=2020-01-01T00:00:00Z")]
    [InlineData("?type=T&endTimeAt=2020-01-01T00:00:00Z")]
    [InlineData("?type=T&timerel=after&timeAt=yesterday")]
    [InlineData("?type=T&timerel=between&timeAt=2020-01-01T00:00:00Z&endTimeAt=x")]
    [InlineData("?type=T&timerel=after&timeAt=2020-01-01T00:00:00Z&timeproperty=speed")]
    [InlineData("?type=T&geometry=Point")]
    [InlineData("?type=T&coordinates=[1,2]")]
    [InlineData("?type=T&geometry=Point&coordinates=[1,2]")]
    [InlineData("?type=T&limit=-1")]
    [InlineData("?type=T&limit=0")]
    [InlineData("?type=T&offset=-1")]
    [InlineData("?type=T&count=perhaps")]
    [InlineData("?type=T&pick=(")]
    [InlineData("?type=T&omit=(")]
    [InlineData("?type=T&timerel=between&timeAt=2020-01-01T00:00:00Z")]
    [InlineData("?type=T&timerel=x&timeAt=2020-01-01T00:00:00Z")]
    [InlineData("?type=T&scopeQ=//")]
    public async Task Questions_without_sense_or_bounds_are_refused(string query) =>
        (await GetAsync("csourceRegistrations" + query)).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");

    private string Own(string text) => text.Replace("$type", Type, StringComparison.Ordinal).Replace("$id", Id, StringComparison.Ordinal);

    private async Task ExpectAsync(string location, string query, bool isFound)
    {
        var found = (await GetAsync("csourceRegistrations?limit=1000&" + query)).Expect(HttpStatusCode.OK).Json.AsArray();
        var ids = found.Select(one => "/ngsi-ld/v1/csourceRegistrations/" + (string?)one!["id"]);
        Assert.Equal(isFound, ids.Contains(location));
    }
}
