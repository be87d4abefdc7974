using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

/// <summary>ETSI GS CIM 009 4.9, line by line: an Entity's Attributes, a query, and whether the Entity matches.</summary>
public sealed class QMatchingTests
{
    private const string Number = "'a':{'type':'Property','value':15,'unitCode':'CEL','observedAt':'2024-01-01T10:00:00Z'}";
    private const string Red = "'color':{'type':'Property','value':'red'}";
    private const string Colors = "'color':{'type':'Property','value':['blue','red','green']}";
    private const string Languages = "'color':{'type':'LanguageProperty','languageMap':{'fr':'rouge','en':'red','de':'rot'}}";
    private const string LanguageLists =
        "'color':{'type':'LanguageProperty','languageMap':{'fr':['chat','rouge'],'en':['red','cat'],'de':['rote','Katze']}}";
    private const string Link = "'rel':{'type':'Relationship','object':'urn:x:1'}";
    private const string Links = "'rel':{'type':'Relationship','object':['urn:x:1','urn:x:2']}";
    private const string LinkList = "'rel':{'type':'ListRelationship','objectList':['urn:x:1','urn:x:2']}";
    private const string Compound =
        "'address':{'type':'Property','value':{'city':'Berlin','geo':{'lat':52.5},'tags':['x','y'],'open':true,'value':1}}";
    private const string Instances =
        "'a':[{'type':'Property','value':1},{'type':'Property','value':9,'datasetId':'urn:d:9','observedAt':'2024-01-02T00:00:00Z'}]";
    private const string Nested =
        "'sensor':{'type':'Property','value':40,'rawdata':{'type':'Property','value':{'airquality':{'particulate':40}},'observedAt':'2024-01-01T00:00:00Z'},"
        + "'by':{'type':'Relationship','object':'urn:x:1'}}";
    private const string When = "'t':{'type':'Property','value':'2020-06-01T00:00:00Z'}";

    [Theory]
    // Existence.
    [InlineData(Number, "a", true)]
    [InlineData(Number, "b", false)]
    [InlineData(Number, "nobodyEverHadThisName", false)]
    [InlineData(Number, "a.unitCode", true)]
    [InlineData(Number, "a.datasetId", false)]
    [InlineData(Link, "rel", true)]
    [InlineData(Link, "rel.observedAt", false)]
    [InlineData(Compound, "address[city]", true)]
    [InlineData(Compound, "address[town]", false)]
    [InlineData(Compound, "address[geo.lat]", true)]
    [InlineData(Compound, "address[city.x]", false)]
    [InlineData(Nested, "sensor.rawdata", true)]
    [InlineData(Nested, "sensor.rawdata.observedAt", true)]
    [InlineData(Nested, "rawdata", false)]
    [InlineData(Languages, "color[en]", true)]
    [InlineData(Languages, "color[EN]", true)]
    [InlineData(Languages, "color[it]", false)]
    [InlineData(Languages, "color[*]", true)]
    // Numbers.
    [InlineData(Number, "a==15", true)]
    [InlineData(Number, "a==15.0", true)]
    [InlineData(Number, "a==1.5e1", true)]
    [InlineData(Number, "a==14", false)]
    [InlineData(Number, "a!=14", true)]
    [InlineData(Number, "a!=15", false)]
    [InlineData(Number, "b!=15", false)]
    [InlineData(Number, "a>14", true)]
    [InlineData(Number, "a>15", false)]
    [InlineData(Number, "a>=15", true)]
    [InlineData(Number, "a<15", false)]
    [InlineData(Number, "a<=15", true)]
    [InlineData(Number, "a<1e2", true)]
    [InlineData(Number, "a==10..20", true)]
    [InlineData(Number, "a==15..15", true)]
    [InlineData(Number, "a==16..20", false)]
    [InlineData(Number, "a!=16..20", true)]
    [InlineData(Number, "a!=10..20", false)]
    [InlineData(Number, "a==1,15", true)]
    [InlineData(Number, "a==1,2", false)]
    [InlineData(Number, "a!=1,2", true)]
    [InlineData(Number, "a!=1,15", false)]
    [InlineData("'a':{'type':'Property','value':-0.5e-1}", "a==-0.05", true)]
    [InlineData("'a':{'type':'Property','value':12345678901234567890}", "a>12345678901234500000", true)]
    // Other types do not compare, and are unequal.
    [InlineData(Number, "a==\"15\"", false)]
    [InlineData(Number, "a!=\"15\"", true)]
    [InlineData(Number, "a>\"1\"", false)]
    [InlineData(Number, "a==true", false)]
    [InlineData(Number, "a~=\"15\"", false)]
    [InlineData(Number, "a!~=\"x\"", false)]
    [InlineData(Red, "color>1", false)]
    [InlineData(Red, "color<1", false)]
    [InlineData(Red, "color!=1", true)]
    [InlineData(Red, "color!=1..5", true)]
    [InlineData(Compound, "address==\"Berlin\"", false)]
    [InlineData(Compound, "address!=\"Berlin\"", true)]
    // Booleans.
    [InlineData("'a':{'type':'Property','value':true}", "a==true", true)]
    [InlineData("'a':{'type':'Property','value':true}", "a==false", false)]
    [InlineData("'a':{'type':'Property','value':true}", "a!=false", true)]
    [InlineData("'a':{'type':'Property','value':true}", "a==\"true\"", false)]
    [InlineData("'a':{'type':'Property','value':false}", "a==true,false", true)]
    // Strings.
    [InlineData(Red, "color==\"red\"", true)]
    [InlineData(Red, "color==red", true)]
    [InlineData(Red, "color==\"Red\"", false)]
    [InlineData(Red, "color==\"black\",\"red\"", true)]
    [InlineData(Red, "color!=\"black\",\"red\"", false)]
    [InlineData(Red, "color>\"rec\"", true)]
    [InlineData(Red, "color<\"redd\"", true)]
    [InlineData(Red, "color>=\"red\"", true)]
    [InlineData(Red, "color==\"a\"..\"z\"", true)]
    [InlineData(Red, "color==\"s\"..\"z\"", false)]
    [InlineData(Red, "color~=\"^r.d$\"", true)]
    [InlineData(Red, "color~=e", true)]
    [InlineData(Red, "color!~=e", false)]
    [InlineData(Red, "color!~=\"^blue\"", true)]
    [InlineData("'a':{'type':'Property','value':'q\\u00e9\\n\\\\'}", "a==\"qé\\n\\\\\"", true)]
    [InlineData("'a':{'type':'Property','value':'q\\u00e9'}", "a~=\"^qé$\"", true)]
    [InlineData("'a':{'type':'Property','value':''}", "a==\"\"", true)]
    [InlineData("'a':{'type':'Property','value':'urn:x:1'}", "a==urn:x:1", true)]
    [InlineData("'a':{'type':'Property','value':{'@type':'xsd:date','@value':'red'}}", "a==\"red\"", true)]
    // Arrays.
    [InlineData(Colors, "color==\"red\"", true)]
    [InlineData(Colors, "color==\"black\"", false)]
    [InlineData(Colors, "color==\"black\",\"red\"", true)]
    [InlineData(Colors, "color!=\"red\"", false)]
    [InlineData(Colors, "color!=\"black\"", true)]
    [InlineData(Colors, "color!=\"black\",\"yellow\"", true)]
    [InlineData(Colors, "color!=\"black\",\"green\"", false)]
    [InlineData(Colors, "color>\"a\"", false)]
    [InlineData(Colors, "color~=\"red\"", false)]
    [InlineData(Colors, "color!~=\"x\"", false)]
    [InlineData("'a':{'type':'Property','value':[]}", "a==1", false)]
    [InlineData("'a':{'type':'Property','value':[]}", "a!=1", true)]
    [InlineData("'a':{'type':'Property','value':[1,'x',{'y':[1,2]},true,[3]]}", "a==true", true)]
    [InlineData("'a':{'type':'Property','value':[1,'x',{'y':[1,2]},true,[3]]}", "a==2", false)]
    [InlineData("'a':{'type':'Property','value':[1,'x',{'y':[1,2]},true,[3]]}", "a==3", false)]
    [InlineData("'a':{'type':'ListProperty','valueList':[1,2]}", "a==2", true)]
    [InlineData("'a':{'type':'ListProperty','valueList':[1,2]}", "a!=2", false)]
    [InlineData("'a':{'type':'ListProperty','valueList':[1,2]}", "a>0", false)]
    // LanguageProperties.
    [InlineData(Languages, "color[en]==\"red\"", true)]
    [InlineData(Languages, "color[fr]==\"red\"", false)]
    [InlineData(Languages, "color[it]==\"red\"", false)]
    [InlineData(Languages, "color[*]==\"red\"", true)]
    [InlineData(Languages, "color==\"red\"", true)]
    [InlineData(Languages, "color==\"black\"", false)]
    [InlineData(Languages, "color[en]!=\"red\"", false)]
    [InlineData(Languages, "color[fr]!=\"red\"", true)]
    [InlineData(Languages, "color[it]!=\"red\"", false)]
    [InlineData(Languages, "color[*]!=\"red\"", false)]
    [InlineData(Languages, "color[*]!=\"black\"", true)]
    [InlineData(Languages, "color~=\"^rot$\"", true)]
    [InlineData(Languages, "color[en]~=\"^rot$\"", false)]
    [InlineData(Languages, "color!~=\"^rot$\"", false)]
    [InlineData(Languages, "color[en]>\"rec\"", true)]
    [InlineData(Languages, "color[en.x]==\"red\"", false)]
    [InlineData(LanguageLists, "color[en]==\"red\"", true)]
    [InlineData(LanguageLists, "color[fr]==\"red\"", false)]
    [InlineData(LanguageLists, "color[*]==\"Katze\"", true)]
    [InlineData(LanguageLists, "color[en]!=\"red\"", false)]
    [InlineData(LanguageLists, "color[en]!=\"black\"", true)]
    [InlineData(LanguageLists, "color[*]!=\"rouge\"", false)]
    [InlineData(LanguageLists, "color[*]!=\"noir\"", true)]
    // VocabProperties hold expanded terms.
    [InlineData("'a':{'type':'VocabProperty','vocab':'Male'}", "a==\"https://uri.etsi.org/ngsi-ld/default-context/Male\"", true)]
    [InlineData("'a':{'type':'VocabProperty','vocab':'Male'}", "a==https://uri.etsi.org/ngsi-ld/default-context/Male", true)]
    [InlineData("'a':{'type':'VocabProperty','vocab':'Male'}", "a==\"Male\"", false)]
    [InlineData("'a':{'type':'VocabProperty','vocab':['A','B']}", "a!=\"https://uri.etsi.org/ngsi-ld/default-context/B\"", false)]
    [InlineData("'a':{'type':'VocabProperty','vocab':'Male'}", "a~=\"/Male$\"", true)]
    // Relationships.
    [InlineData(Link, "rel==\"urn:x:1\"", true)]
    [InlineData(Link, "rel==urn:x:1", true)]
    [InlineData(Link, "rel==urn:x:2", false)]
    [InlineData(Link, "rel!=urn:x:2", true)]
    [InlineData(Link, "rel==\"urn:x:2\",\"urn:x:1\"", true)]
    [InlineData(Link, "rel>\"urn:x:0\"", false)]
    [InlineData(Link, "rel~=\"urn\"", false)]
    [InlineData(Link, "rel!~=\"x\"", false)]
    [InlineData(Link, "rel==1", false)]
    [InlineData(Link, "rel!=1", true)]
    [InlineData(Link, "rel[x]", false)]
    [InlineData(Links, "rel==urn:x:2", true)]
    [InlineData(Links, "rel!=urn:x:2", false)]
    [InlineData(Links, "rel!=urn:x:3", true)]
    [InlineData(LinkList, "rel==urn:x:2", true)]
    [InlineData(LinkList, "rel==urn:x:3", false)]
    [InlineData(LinkList, "rel!=urn:x:2", false)]
    [InlineData(LinkList, "rel>\"a\"", false)]
    // Sub-attributes, members and compound values.
    [InlineData(Nested, "sensor==40", true)]
    [InlineData(Nested, "sensor.rawdata[airquality.particulate]==40", true)]
    [InlineData(Nested, "sensor.by==urn:x:1", true)]
    [InlineData(Nested, "sensor.rawdata.observedAt==2024-01-01T00:00:00Z", true)]
    [InlineData(Number, "a.unitCode==\"CEL\"", true)]
    [InlineData(Number, "a.unitCode==CEL", true)]
    [InlineData(Number, "a.unitCode!=\"CEL\"", false)]
    [InlineData(Number, "a.unitCode~=\"^C\"", true)]
    [InlineData(Number, "a.observedAt>=2024-01-01T10:00:00Z", true)]
    [InlineData(Number, "a.observedAt>2024-01-01T10:00:00Z", false)]
    [InlineData(Number, "a.observedAt==2024-01-01T10:00:00.000Z", true)]
    [InlineData(Number, "a.observedAt==\"2024-01-01T10:00:00Z\"", true)]
    [InlineData(Number, "a.observedAt<\"2024-01-01T10:00:01Z\"", true)]
    [InlineData(Number, "a.observedAt==2024-01-01T00:00:00Z..2024-01-02T00:00:00Z", true)]
    [InlineData(Number, "a.observedAt>5", false)]
    [InlineData(Number, "a.observedAt~=\"2024\"", false)]
    [InlineData(Number, "a.createdAt==2024-05-01T12:00:00Z", true)]
    [InlineData(Number, "a.modifiedAt>2024-05-01T12:00:00Z", true)]
    [InlineData(Number, "createdAt==2024-05-01T12:00:00.000000Z", true)]
    [InlineData(Number, "modifiedAt<=2024-05-01T12:00:00Z", false)]
    [InlineData(Number, "expiresAt", false)]
    [InlineData(Number, "id==urn:ngsi-ld:Vehicle:A1", true)]
    [InlineData(Number, "id~=\"A2$\"", false)]
    [InlineData(Compound, "address[city]==\"Berlin\"", true)]
    [InlineData(Compound, "address[city]!=\"Berlin\"", false)]
    [InlineData(Compound, "address[town]!=\"Berlin\"", false)]
    [InlineData(Compound, "address[geo.lat]>52", true)]
    [InlineData(Compound, "address[tags]==\"y\"", true)]
    [InlineData(Compound, "address[open]==true", true)]
    [InlineData(Compound, "address[value]==1", true)]
    [InlineData(Compound, "address[city.length]==6", false)]
    [InlineData("'p':{'type':'JsonProperty','json':{'id':'x','value':'Overstay 60 minutes'}}", "p[value]==\"Overstay 60 minutes\"", true)]
    [InlineData("'p':{'type':'JsonProperty','json':{'a\\u0062':1}}", "p[ab]==1", true)]
    [InlineData("'location':{'type':'GeoProperty','value':{'type':'Point','coordinates':[1,2]}}", "location[type]==\"Point\"", true)]
    [InlineData("'location':{'type':'GeoProperty','value':{'type':'Point','coordinates':[1,2]}}", "location==1", false)]
    // DateTimes, Dates and Times compare by their order in time.
    [InlineData(When, "t==2020-06-01T00:00:00Z", true)]
    [InlineData(When, "t==2020-06-01T00:00:00.000Z", true)]
    [InlineData(When, "t>2020-05-31T23:59:59.999999Z", true)]
    [InlineData(When, "t<2020-06-01T00:00:00,000001Z", true)]
    [InlineData(When, "t==2020-01-01T00:00:00Z..2021-01-01T00:00:00Z", true)]
    [InlineData(When, "t!=2020-06-01T00:00:00.0Z", false)]
    [InlineData(When, "t==2020-06-01", false)]
    [InlineData(When, "t!=2020-06-01", true)]
    [InlineData(When, "t==\"2020-06-01T00:00:00Z\"", true)]
    [InlineData("'t':{'type':'Property','value':'2020-06-01T02:00:00+02:00'}", "t==2020-06-01T00:00:00Z", true)]
    [InlineData("'t':{'type':'Property','value':{'@type':'DateTime','@value':'2020-06-01T00:00:00Z'}}", "t>2020-01-01T00:00:00Z", true)]
    [InlineData("'t':{'type':'Property','value':'2020-06-01'}", "t>2020-05-31", true)]
    [InlineData("'t':{'type':'Property','value':'2020-06-01'}", "t==2020-05-31..2020-06-01", true)]
    [InlineData("'t':{'type':'Property','value':'12:30:00Z'}", "t>=12:30:00.0Z", true)]
    [InlineData("'t':{'type':'Property','value':'noon'}", "t>=12:30:00Z", false)]
    [InlineData("'t':{'type':'Property','value':['2020-06-01','2020-06-02']}", "t==2020-06-02", true)]
    // Any instance will do.
    [InlineData(Instances, "a==9", true)]
    [InlineData(Instances, "a==1", true)]
    [InlineData(Instances, "a!=9", true)]
    [InlineData(Instances, "a==5", false)]
    [InlineData(Instances, "a>5;a<5", true)]
    [InlineData(Instances, "a.datasetId==urn:d:9", true)]
    [InlineData(Instances, "a.observedAt>2024-01-01T00:00:00Z", true)]
    // Logical operators.
    [InlineData(Number + "," + Red, "a>10;color==\"red\"", true)]
    [InlineData(Number + "," + Red, "a>20;color==\"red\"", false)]
    [InlineData(Number + "," + Red, "a>20|color==\"red\"", true)]
    [InlineData(Number + "," + Red, "a>20|color==\"red\";a==1", false)]
    [InlineData(Number + "," + Red, "(a>10|color==\"x\");a==15", true)]
    public void A_query_matches_as_the_standard_says(string attributes, string q, bool matches) =>
        Assert.Equal(matches, Matches(attributes, q, []));

    [Theory]
    [InlineData("a==9", "urn:d:9", true)]
    [InlineData("a==1", "urn:d:9", false)]
    [InlineData("a==1", "@none", true)]
    [InlineData("a==9", "@none", false)]
    [InlineData("a", "urn:d:other", false)]
    public void Only_instances_that_were_asked_for_count(string q, string datasetId, bool matches) =>
        Assert.Equal(matches, Matches(Instances, q, [datasetId]));

    [Theory]
    [InlineData("sensor{humidity}==40", true)]
    [InlineData("sensor{humidity}>40", false)]
    [InlineData("sensor{Device:humidity}==40", true)]
    [InlineData("sensor{Other,Device:humidity}==40", true)]
    [InlineData("sensor{Other,Another:humidity}==40", false)]
    [InlineData("sensor{humidity}", true)]
    [InlineData("sensor{temperature}", false)]
    [InlineData("sensor{near{name}}==\"far\"", true)]
    [InlineData("humidity{x}", false)]
    public void Links_are_followed(string q, bool matches)
    {
        var device = EntityText.Read(
            "{'id':'urn:x:1','type':'Device','humidity':{'type':'Property','value':40},'near':{'type':'ListRelationship','objectList':['urn:none','urn:x:2']}}");
        var other = EntityText.Read("{'id':'urn:x:2','type':'Device','name':{'type':'Property','value':'far'}}");
        var query = new EntityQuery { Q = QParser.Parse(q, Context.Core).Value };
        var matcher = new EntityMatcher(query, id => id switch { "urn:x:1" => device, "urn:x:2" => other, _ => null });
        Assert.Equal(matches, matcher.Matches(EntityText.Of("'sensor':{'type':'Relationship','object':'urn:x:1'}")));
        Assert.False(new EntityMatcher(query).Matches(EntityText.Of("'sensor':{'type':'Relationship','object':'urn:x:1'}")));
    }

    [Fact]
    public void What_the_reader_reads_is_matched_however_it_was_spaced()
    {
        var body = """
            { "id" : "urn:a" , "type" : "T" ,
              "address" : { "type" : "Property" , "value" : { "city" : "Berlin" , "geo" : [ 1 , { "a" : [ ] } , "x y" ] } } ,
              "location" : { "type" : "GeoProperty" , "value" : { "type" : "Point" , "coordinates" : [ 8.0 , 40 ] } } }
            """u8.ToArray();
        var entity = PackedEntity.Pack(EntityReader.Read(body, Context.Core, EntityInput.Entity, EntityReaderOptions.Default).Value);
        var query = new EntityQuery
        {
            Q = QParser.Parse("address[city]==\"Berlin\";address[geo]==\"x y\";address[geo]==1", Context.Core).Value,
            Geo = GeoQueryParser.Parse("near;maxDistance==1", "Point", "[8,40]", null, Context.Core).Value,
        };
        Assert.True(new EntityMatcher(query).Matches(entity));
    }

    [Fact]
    public void A_name_that_comes_later_is_found()
    {
        var name = $"later{Guid.NewGuid():N}";
        var matcher = new EntityMatcher(new() { Q = QParser.Parse($"{name}==1", Context.Core).Value });
        Assert.False(matcher.Matches(EntityText.Of(Number)));
        Assert.False(Names.TryFind(Context.Core.Expand(name), out _));
        Assert.True(matcher.Matches(EntityText.Of($"'{name}':{{'type':'Property','value':1}}")));
    }

    private static bool Matches(string attributes, string q, ImmutableArray<string> datasetIds)
    {
        var query = new EntityQuery { Q = QParser.Parse(q, Context.Core).Value, DatasetIds = datasetIds };
        var entity = EntityText.Of(attributes);
        var matches = new EntityMatcher(query).Matches(entity);
        if (matches) BoundsCheck.Holds(query, entity);
        return matches;
    }
}
