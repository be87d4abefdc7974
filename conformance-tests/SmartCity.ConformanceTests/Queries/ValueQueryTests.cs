using System.Net;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Queries;

/// <summary>The query language, operator by operator and kind by kind (ETSI GS CIM 009 4.9).</summary>
public class ValueQueryTests : BrokerTest
{
    private async Task FindsAsync(string entities, string q, string found, string more = "")
    {
        await CreateAllAsync(entities);
        Assert.Equal(found, await FindAsync("q=" + Encode(q) + more));
    }

    [BrokerTheory, Clause("4.9"), Clause("5.7.2")]
    [InlineData("n", "a b c d e")]
    [InlineData("n==10", "a")]
    [InlineData("n==10.0", "a")]
    [InlineData("n==1e1", "a")]
    [InlineData("m==-3.5", "f")]
    [InlineData("n==5", "e")]
    [InlineData("n!=10", "b c d e")]
    [InlineData("n!=5", "a b c d")]
    [InlineData("n>10", "b c")]
    [InlineData("n>=15.5", "b c")]
    [InlineData("n<15.5", "a")]
    [InlineData("n<=15.5", "a b")]
    [InlineData("n==10..15.5", "a b")]
    [InlineData("n==15.6..19.9", "")]
    [InlineData("n!=16..30", "a b d e")]
    [InlineData("n==10,20", "a c")]
    [InlineData("n==5,20", "c e")]
    [InlineData("n!=10,20", "b d e")]
    [InlineData("n==\"10\"", "d")]
    [InlineData("n>\"1\"", "d")]
    [InlineData("n!=\"10\"", "a b c e")]
    [InlineData("n~=^1.*$", "d")]
    [InlineData("n!~=^2.*$", "d")]
    public Task Numbers(string q, string found) => FindsAsync("""
        {"a":{"n":{"type":"Property","value":10}},"b":{"n":{"type":"Property","value":15.5}},"c":{"n":{"type":"Property","value":20}},
         "d":{"n":{"type":"Property","value":"10"}},"e":{"n":{"type":"Property","value":[5,15]}},"f":{"m":{"type":"Property","value":-3.5}}}
        """, q, found);

    [BrokerTheory, Clause("4.9")]
    [InlineData("s==\"red\"", "a c")]
    [InlineData("s!=\"red\"", "b d e f g")]
    [InlineData("s==\"red\",\"blue\"", "a b c")]
    [InlineData("s!=\"red\",\"blue\"", "d e f g")]
    [InlineData("s==\"straße\"", "d")]
    [InlineData("s==\"stra\\u00dfe\"", "d")]
    [InlineData("s>\"red\"", "d f")]
    [InlineData("s>=\"red\"", "a d f")]
    [InlineData("s<\"red\"", "b")]
    [InlineData("s<=\"red\"", "a b")]
    [InlineData("s==\"blu\"..\"bluf\"", "b")]
    [InlineData("s==\"t;b|(c)\"", "f")]
    [InlineData("s==\"say \\\"hi\\\"\"", "")]
    [InlineData("s~=^r.*$", "a")]
    [InlineData("s~=^(red|blue)$", "a b")]
    [InlineData("s~=^[a-r]{3}$", "a")]
    [InlineData("s!~=^r.*$", "b d f")]
    [InlineData("s~=^5$", "")]
    [InlineData("s==5", "e")]
    public Task Strings(string q, string found) => FindsAsync("""
        {"a":{"s":{"type":"Property","value":"red"}},"b":{"s":{"type":"Property","value":"blue"}},
         "c":{"s":{"type":"Property","value":["blue","red","green"]}},"d":{"s":{"type":"Property","value":"straße"}},
         "e":{"s":{"type":"Property","value":5}},"f":{"s":{"type":"Property","value":"t;b|(c)"}},"g":{"s":{"type":"Property","value":true}}}
        """, q, found);

    [BrokerTheory, Clause("4.9")]
    [InlineData("f==true", "a")]
    [InlineData("f==false", "b")]
    [InlineData("f!=true", "b c")]
    [InlineData("f!=false", "a c")]
    [InlineData("f==\"true\"", "c")]
    [InlineData("f==true,false", "a b")]
    public Task Booleans(string q, string found) => FindsAsync("""
        {"a":{"f":{"type":"Property","value":true}},"b":{"f":{"type":"Property","value":false}},"c":{"f":{"type":"Property","value":"true"}}}
        """, q, found);

    [BrokerTheory, Clause("4.9"), Clause("4.6.3")]
    [InlineData("t==2026-01-02T00:00:00Z", "a")]
    [InlineData("t==2026-01-02T00:00:00.000Z", "a")]
    [InlineData("t!=2026-01-02T00:00:00Z", "b c d")]
    [InlineData("t>2026-01-02T00:00:00Z", "b")]
    [InlineData("t>=2026-01-02T00:00:00Z", "a b")]
    [InlineData("t<2026-01-02T00:00:00.001Z", "a")]
    [InlineData("t<=2026-01-03T12:30:00Z", "a b")]
    [InlineData("t==2026-01-01T00:00:00Z..2026-01-02T23:59:59Z", "a")]
    [InlineData("t==2026-01-02T00:00:00Z,2026-01-03T12:30:00Z", "a b")]
    [InlineData("t==2026-01-02", "c")]
    [InlineData("t>2026-01-01", "c")]
    [InlineData("t<2026-01-02", "")]
    [InlineData("t==2026-01-01..2026-12-31", "c")]
    [InlineData("t==12:00:00Z", "d")]
    [InlineData("t<13:00:00Z", "d")]
    [InlineData("t==11:59:59.5Z..12:00:00.5Z", "d")]
    public Task Dates_and_times(string q, string found) => FindsAsync("""
        {"a":{"t":{"type":"Property","value":{"@type":"DateTime","@value":"2026-01-02T00:00:00Z"}}},
         "b":{"t":{"type":"Property","value":{"@type":"DateTime","@value":"2026-01-03T12:30:00Z"}}},
         "c":{"t":{"type":"Property","value":{"@type":"Date","@value":"2026-01-02"}}},
         "d":{"t":{"type":"Property","value":{"@type":"Time","@value":"12:00:00Z"}}}}
        """, q, found);

    [BrokerTheory, Clause("4.9")]
    [InlineData("r", "a b c d")]
    [InlineData("r==urn:x:1", "a b")]
    [InlineData("r==\"urn:x:1\"", "a b")]
    [InlineData("r==urn:x:2", "b c")]
    [InlineData("r!=urn:x:1", "c d")]
    [InlineData("r==\"urn:x:1\",\"urn:x:2\"", "a b c")]
    [InlineData("r!=\"urn:x:1\",\"urn:x:2\"", "d")]
    [InlineData("r<=\"urn:x:1\"", "d")]
    [InlineData("r>=\"urn:x:1\"", "")]
    [InlineData("r~=^urn.*$", "d")]
    [InlineData("r!~=^no.*$", "d")]
    public Task Relationships_are_equal_or_not_and_nothing_else(string q, string found) => FindsAsync("""
        {"a":{"r":{"type":"Relationship","object":"urn:x:1"}},"b":{"r":{"type":"Relationship","object":["urn:x:1","urn:x:2"]}},
         "c":{"r":{"type":"ListRelationship","objectList":[{"object":"urn:x:2"}]}},"d":{"r":{"type":"Property","value":"urn:x9"}}}
        """, q, found);

    [BrokerTheory, Clause("4.9")]
    [InlineData("c[en]==\"red\"", "a c")]
    [InlineData("c[fr]==\"red\"", "b")]
    [InlineData("c[en]==\"cat\"", "c")]
    [InlineData("c[*]==\"red\"", "a b c")]
    [InlineData("c==\"red\"", "a b c")]
    [InlineData("c[en]!=\"red\"", "b")]
    [InlineData("c[*]!=\"red\"", "d")]
    [InlineData("c[en]==\"red\",\"black\"", "a b c")]
    [InlineData("c[fr]", "a b")]
    [InlineData("c[*]==\"rouge\"", "a")]
    [InlineData("c[en]~=^r.d$;c[fr]", "a")]
    public Task Languages(string q, string found) => FindsAsync("""
        {"a":{"c":{"type":"LanguageProperty","languageMap":{"fr":"rouge","en":"red"}}},
         "b":{"c":{"type":"LanguageProperty","languageMap":{"fr":"red","en":"black"}}},
         "c":{"c":{"type":"LanguageProperty","languageMap":{"en":["red","cat"],"de":["rote","Katze"]}}},
         "d":{"c":{"type":"LanguageProperty","languageMap":{"de":"blau"}}}}
        """, q, found);

    [BrokerTheory, Clause("4.9"), Clause("5.5.7")]
    [InlineData("g==\"https://uri.etsi.org/ngsi-ld/default-context/Male\"", "", "a b")]
    [InlineData("g==https://uri.etsi.org/ngsi-ld/default-context/Male", "", "a b")]
    [InlineData("g==\"Male\"", "&expandValues=g", "a b")]
    [InlineData("g==Male", "&expandValues=g", "a b")]
    [InlineData("g!=\"Male\"", "&expandValues=g", "c")]
    [InlineData("g==\"Female\",\"Other\"", "&expandValues=g", "b c")]
    public Task Vocabularies_are_compared_expanded(string q, string more, string found) => FindsAsync("""
        {"a":{"g":{"type":"VocabProperty","vocab":"Male"}},"b":{"g":{"type":"VocabProperty","vocab":["Male","Female"]}},
         "c":{"g":{"type":"VocabProperty","vocab":"Other"}},"d":{}}
        """, q, found, more);

    [BrokerTheory, Clause("4.9")]
    [InlineData("address[city]==\"Berlin\"", "a")]
    [InlineData("address[city]!=\"Berlin\"", "b")]
    [InlineData("address[at.floor]>2", "a")]
    [InlineData("address[at]", "a")]
    [InlineData("address[none]", "")]
    [InlineData("address[none]!=\"x\"", "")]
    [InlineData("address[tags]==\"old\"", "b")]
    [InlineData("sensor.raw[air.pm10]==40", "c")]
    [InlineData("sensor.raw[air.pm10]>=41", "")]
    public Task Trailing_paths_go_into_the_value(string q, string found) => FindsAsync("""
        {"a":{"address":{"type":"Property","value":{"city":"Berlin","at":{"floor":3}}}},
         "b":{"address":{"type":"Property","value":{"city":"Rome","tags":["old","big"]}}},
         "c":{"sensor":{"type":"Property","value":40,"raw":{"type":"Property","value":{"air":{"pm10":40,"PM20":85}}}}}}
        """, q, found);

    [BrokerTheory, Clause("4.9"), Clause("4.5.24")]
    [InlineData("tickets[value]==\"Overstay\"", "a")]
    [InlineData("tickets[fine.euro]>20", "a")]
    [InlineData("tickets", "a b")]
    public Task Keys_of_JSON_are_not_expanded(string q, string found) => FindsAsync("""
        {"a":{"tickets":{"type":"JsonProperty","json":{"id":"85a6","value":"Overstay","fine":{"euro":25}}}},
         "b":{"tickets":{"type":"JsonProperty","json":{"value":"Other"}}}}
        """, q, found, "&jsonKeys=tickets");

    [BrokerTheory, Clause("4.9"), Clause("4.8")]
    [InlineData("n.observedAt", "a")]
    [InlineData("n.observedAt>2026-01-01T00:00:00Z", "a")]
    [InlineData("n.observedAt<=2025-12-31T00:00:00Z", "")]
    [InlineData("n.unitCode==\"KMH\"", "a")]
    [InlineData("n.unitCode!=\"KMH\"", "")]
    [InlineData("n.accuracy>0.5", "b")]
    [InlineData("n.accuracy.unitCode==\"P1\"", "b")]
    [InlineData("n.accuracy.by==urn:x:1", "b")]
    [InlineData("n.datasetId==\"urn:x:gps\"", "c")]
    [InlineData("n.modifiedAt>2020-01-01T00:00:00Z", "a b c")]
    [InlineData("createdAt>2020-01-01T00:00:00Z", "a b c")]
    [InlineData("modifiedAt<2020-01-01T00:00:00Z", "")]
    public Task Paths_lead_to_sub_Attributes(string q, string found) => FindsAsync("""
        {"a":{"n":{"type":"Property","value":1,"observedAt":"2026-01-01T10:00:00Z","unitCode":"KMH"}},
         "b":{"n":{"type":"Property","value":2,"accuracy":{"type":"Property","value":0.9,"unitCode":"P1","by":{"type":"Relationship","object":"urn:x:1"}}}},
         "c":{"n":[{"type":"Property","value":3},{"type":"Property","value":4,"datasetId":"urn:x:gps"}]}}
        """, q, found);

    [BrokerTheory, Clause("4.9"), Clause("4.5.5")]
    [InlineData("n==1", "a")]
    [InlineData("n==2", "a b")]
    [InlineData("n>2", "b")]
    [InlineData("l==2", "c")]
    [InlineData("l==7", "")]
    [InlineData("l!=7", "c")]
    [InlineData("location", "d")]
    public Task Any_instance_and_any_item_of_a_list_will_do(string q, string found) => FindsAsync("""
        {"a":{"n":[{"type":"Property","value":1},{"type":"Property","value":2,"datasetId":"urn:x:gps"}]},
         "b":{"n":[{"type":"Property","value":2},{"type":"Property","value":3,"datasetId":"urn:x:gps"}]},
         "c":{"l":{"type":"ListProperty","valueList":[1,2,3]}},
         "d":{"location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[1,2]}}}}
        """, q, found);

    [BrokerTheory, Clause("4.9")]
    [InlineData("n>1;s==\"x\"", "b")]
    [InlineData("n==1|n==3", "a c")]
    [InlineData("n==1|n==2;s==\"y\"", "a")]
    [InlineData("n==2;s==\"y\"|n==1", "a")]
    [InlineData("(n==1|n==2);s==\"x\"", "a b")]
    [InlineData("s==\"x\";(n==1|n==3)", "a")]
    [InlineData("((n>1|m);s==\"x\")", "b")]
    [InlineData("(n>=2;n<=3)|m<=10", "b c d")]
    [InlineData("n;s;m", "")]
    [InlineData("größe_1==4", "d")]
    public Task And_binds_tighter_than_or_and_parentheses_tightest(string q, string found) => FindsAsync("""
        {"a":{"n":{"type":"Property","value":1},"s":{"type":"Property","value":"x"}},
         "b":{"n":{"type":"Property","value":2},"s":{"type":"Property","value":"x"}},
         "c":{"n":{"type":"Property","value":3}},
         "d":{"m":{"type":"Property","value":10},"größe_1":{"type":"Property","value":4}}}
        """, q, found);

    [BrokerTheory, Clause("4.9"), Clause("5.7.2")]
    [InlineData("n=")]
    [InlineData("n==")]
    [InlineData("==1")]
    [InlineData("n>>1")]
    [InlineData("n==1..")]
    [InlineData("n>1..2")]
    [InlineData("n>1,2")]
    [InlineData("n>true")]
    [InlineData("n~=((")]
    [InlineData("n==1;")]
    [InlineData("|n==1")]
    [InlineData("n==1||n==2")]
    [InlineData("(n==1")]
    [InlineData("n==1)")]
    [InlineData("()")]
    [InlineData("a[")]
    [InlineData("a[]==1")]
    [InlineData("a..b==1")]
    [InlineData("s==\"x")]
    [InlineData("n==1 n==2")]
    [InlineData("1n==1")]
    public async Task What_is_no_query_is_refused(string q)
    {
        (await GetAsync($"entities?type={Type}&q={Encode(q)}")).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
        var body = new JsonObject { ["type"] = "Query", ["entities"] = new JsonArray(new JsonObject { ["type"] = Type }), ["q"] = q };
        (await PostAsync("entityOperations/query", body.ToJsonString())).ExpectError(HttpStatusCode.BadRequest, "BadRequestData");
    }
}
