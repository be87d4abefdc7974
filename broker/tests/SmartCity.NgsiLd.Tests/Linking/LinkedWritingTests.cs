using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Tests.Json;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Linking;

/// <summary>Linked Entities in each representation (ETSI GS CIM 009 4.5.23, 4.5.4, annex C.2.2).</summary>
public class LinkedWritingTests
{
    private static readonly Graph City = Graph.Of(
        """
        {'id':'urn:V','type':'Vehicle','scope':'/a','name':'Mercedes','street':{'languageMap':{'fr':'Grand Place','nl':'Grote Markt'}},
         'isParked':{'object':'urn:P','objectType':'OffStreetParking','observedAt':'2017-07-29T12:00:04Z','providedBy':{'object':'urn:Bob'}},
         'passengers':{'object':['urn:Alice','urn:Nobody','urn:Bob']},'route':{'objectList':['urn:Antwerp','urn:Nowhere','urn:Rotterdam']}}
        """,
        "{'id':'urn:P','type':'OffStreetParking','name':'Top Parking','operatedBy':{'object':'urn:Corp'},'place':{'languageMap':{'fr':'ici','nl':'hier'}}}",
        "{'id':'urn:Alice','type':'Person','name':'Alice','drives':{'object':'urn:V'}}",
        "{'id':'urn:Bob','type':'Person','name':'Bob'}",
        "{'id':'urn:Antwerp','type':'City','name':'Antwerp'}",
        "{'id':'urn:Rotterdam','type':'City','name':'Rotterdam'}",
        "{'id':'urn:Corp','type':'Company','name':'BigParkingCorp','owns':{'object':'urn:P'}}",
        """
        {'id':'urn:D','type':'Device','sensor':[{'object':'urn:Bob'},{'object':'urn:Alice','datasetId':'urn:d:1'},{'object':'urn:None','datasetId':'urn:d:2'}]}
        """,
        "{'id':'urn:A','type':'T','next':{'object':'urn:B'}}",
        "{'id':'urn:B','type':'T','next':{'object':['urn:A','urn:B']}}",
        "{'id':'urn:Dogs','type':'Kennel','dogs':{'object':['urn:Bob']}}",
        "{'id':'urn:Odd','type':'T','to':{'object':'urn:\\u0042ob'}}");

    /// <summary>Entity, format, joinLevel, containedBy, pick, omit, expected member, what it is.</summary>
    public static TheoryData<string, string, int, string, string?, string?, string, string> Inline => new()
    {
        {
            "urn:V", "Normalized", 1, "", null, null, "isParked",
            """
            {"type":"Relationship","object":"urn:P","objectType":"OffStreetParking","observedAt":"2017-07-29T12:00:04Z",
             "entity":{"id":"urn:P","type":"OffStreetParking","name":{"type":"Property","value":"Top Parking"},
                       "operatedBy":{"type":"Relationship","object":"urn:Corp"},"place":{"type":"LanguageProperty","languageMap":{"fr":"ici","nl":"hier"}}},
             "providedBy":{"type":"Relationship","object":"urn:Bob"}}
            """
        },
        {
            "urn:V", "Concise", 1, "", null, null, "passengers",
            """
            {"object":["urn:Alice","urn:Nobody","urn:Bob"],
             "entity":[{"id":"urn:Alice","type":"Person","name":"Alice","drives":{"object":"urn:V"}},{"id":"urn:Bob","type":"Person","name":"Bob"}]}
            """
        },
        {
            "urn:V", "Normalized", 1, "", null, null, "route",
            """
            {"type":"ListRelationship","objectList":[{"object":"urn:Antwerp"},{"object":"urn:Nowhere"},{"object":"urn:Rotterdam"}],
             "entityList":[{"id":"urn:Antwerp","type":"City","name":{"type":"Property","value":"Antwerp"}},
                           {"id":"urn:Rotterdam","type":"City","name":{"type":"Property","value":"Rotterdam"}}]}
            """
        },
        {
            "urn:V", "Concise", 1, "", null, null, "route",
            """
            {"objectList":["urn:Antwerp","urn:Nowhere","urn:Rotterdam"],
             "entityList":[{"id":"urn:Antwerp","type":"City","name":"Antwerp"},{"id":"urn:Rotterdam","type":"City","name":"Rotterdam"}]}
            """
        },
        {
            "urn:V", "Simplified", 1, "", null, null, "route",
            """[{"id":"urn:Antwerp","type":"City","name":"Antwerp"},"urn:Nowhere",{"id":"urn:Rotterdam","type":"City","name":"Rotterdam"}]"""
        },
        {
            "urn:V", "Simplified", 2, "", null, null, "isParked",
            """
            {"id":"urn:P","type":"OffStreetParking","name":"Top Parking","place":{"languageMap":{"fr":"ici","nl":"hier"}},
             "operatedBy":{"id":"urn:Corp","type":"Company","name":"BigParkingCorp","owns":"urn:P"}}
            """
        },
        { "urn:V", "Simplified", 9, "urn:P,urn:Bob", null, null, "isParked", "\"urn:P\"" },
        {
            "urn:V", "Simplified", 9, "urn:P,urn:Bob", null, null, "passengers",
            """[{"id":"urn:Alice","type":"Person","name":"Alice","drives":"urn:V"},"urn:Nobody","urn:Bob"]"""
        },
        { "urn:V", "Concise", 1, "urn:P", "isParked", null, "isParked", """{"object":"urn:P","objectType":"OffStreetParking","observedAt":"2017-07-29T12:00:04Z","providedBy":{"object":"urn:Bob"}}""" },
        { "urn:A", "Simplified", 9, "", null, null, "next", """{"id":"urn:B","type":"T","next":["urn:A","urn:B"]}""" },
        { "urn:Dogs", "Simplified", 1, "", null, null, "dogs", """[{"id":"urn:Bob","type":"Person","name":"Bob"}]""" },
        { "urn:Dogs", "Concise", 1, "", null, null, "dogs", """{"object":["urn:Bob"],"entity":[{"id":"urn:Bob","type":"Person","name":"Bob"}]}""" },
        { "urn:Odd", "Simplified", 1, "", null, null, "to", """{"id":"urn:Bob","type":"Person","name":"Bob"}""" },
        {
            "urn:D", "Concise", 1, "", null, null, "sensor",
            """
            [{"object":"urn:Bob","entity":{"id":"urn:Bob","type":"Person","name":"Bob"}},
             {"object":"urn:Alice","datasetId":"urn:d:1","entity":{"id":"urn:Alice","type":"Person","name":"Alice","drives":{"object":"urn:V"}}},
             {"object":"urn:None","datasetId":"urn:d:2"}]
            """
        },
        {
            "urn:D", "Simplified", 1, "", null, null, "sensor",
            """
            {"dataset":{"@none":{"id":"urn:Bob","type":"Person","name":"Bob"},
             "urn:d:1":{"id":"urn:Alice","type":"Person","name":"Alice","drives":"urn:V"},"urn:d:2":"urn:None"}}
            """
        },
        { "urn:V", "Simplified", 1, "", "isParked{name}", null, "isParked", """{"name":"Top Parking"}""" },
        { "urn:V", "Simplified", 1, "", "isParked{id},isParked{name}", null, "isParked", """{"id":"urn:P","name":"Top Parking"}""" },
        { "urn:V", "Simplified", 2, "", "isParked{operatedBy{name}|id}", null, "isParked", """{"id":"urn:P","operatedBy":{"name":"BigParkingCorp"}}""" },
        { "urn:V", "Simplified", 2, "", "name,isParked", null, "isParked", """{"name":"Top Parking"}""" },
        { "urn:V", "Simplified", 1, "", null, "isParked{place,operatedBy}", "isParked", """{"id":"urn:P","type":"OffStreetParking","name":"Top Parking"}""" },
        { "urn:V", "Simplified", 1, "", null, "name,isParked{place,operatedBy}", "isParked", """{"id":"urn:P","type":"OffStreetParking"}""" },
        { "urn:V", "Simplified", 2, "", null, "name,place", "isParked", """{"id":"urn:P","type":"OffStreetParking","operatedBy":{"id":"urn:Corp","type":"Company","owns":"urn:P"}}""" },
        { "urn:V", "Simplified", 2, "", "isParked", "isParked{x}", "isParked", "{}" },
    };

    [Theory]
    [MemberData(nameof(Inline))]
    public void An_inline_Entity_stands_in_what_links_to_it(
        string id, string format, int level, string containedBy, string? pick, string? omit, string member, string expected)
    {
        var shown = new Representation
        {
            Format = Enum.Parse<EntityFormat>(format),
            Join = new() { Kind = JoinKind.Inline, Level = level, ContainedBy = [.. containedBy.Split(',', StringSplitOptions.RemoveEmptyEntries)] },
            Pick = Graph.Project(pick),
            Omit = Graph.Project(omit),
        };

        Writing.AssertMember(expected, member, City.Retrieve(shown, id));
    }

    [Fact]
    public void What_is_asked_of_form_holds_for_linked_Entities_too_but_not_datasetIds()
    {
        var shown = new Representation
        {
            Format = EntityFormat.Simplified,
            Lang = "nl",
            DatasetIds = ["urn:d:1"],
            Join = new() { Kind = JoinKind.Inline, Level = 3 },
        };
        Writing.AssertJson(
            """
            {"id":"urn:D","type":"Device","sensor":{"id":"urn:Alice","type":"Person","name":"Alice",
             "drives":{"id":"urn:V","type":"Vehicle","scope":"/a","name":"Mercedes","street":"Grote Markt",
              "isParked":{"id":"urn:P","type":"OffStreetParking","name":"Top Parking","operatedBy":"urn:Corp","place":"hier"},
              "passengers":["urn:Alice","urn:Nobody",{"id":"urn:Bob","type":"Person","name":"Bob"}],
              "route":[{"id":"urn:Antwerp","type":"City","name":"Antwerp"},"urn:Nowhere",{"id":"urn:Rotterdam","type":"City","name":"Rotterdam"}]}}}
            """,
            City.Retrieve(shown, "urn:D"));
    }

    [Fact]
    public void A_Feature_holds_linked_Entities_as_Entities()
    {
        var shown = new Representation { Format = EntityFormat.Concise, GeoJson = true, Join = new() { Kind = JoinKind.Inline } };
        Writing.AssertJson(
            """
            {"id":"urn:Odd","type":"Feature","geometry":null,"properties":{"type":"T",
             "to":{"object":"urn:Bob","entity":{"id":"urn:Bob","type":"Person","name":"Bob"}}}}
            """,
            City.Retrieve(shown, "urn:Odd"));
    }

    /// <summary>Entities, joinLevel, containedBy, pick, the ids in order.</summary>
    public static TheoryData<string, int, string, string?, string> Flat => new()
    {
        { "urn:V", 1, "", null, "urn:V urn:P urn:Alice urn:Bob urn:Antwerp urn:Rotterdam" },
        { "urn:V", 2, "", null, "urn:V urn:P urn:Alice urn:Bob urn:Antwerp urn:Rotterdam urn:Corp" },
        { "urn:V", 2, "urn:P,urn:Bob", null, "urn:V urn:Alice urn:Antwerp urn:Rotterdam" },
        { "urn:V urn:P", 1, "", null, "urn:V urn:P urn:Alice urn:Bob urn:Antwerp urn:Rotterdam urn:Corp" },
        { "urn:A", 9, "", null, "urn:A urn:B" },
        { "urn:V", 9, "", "id,isParked", "urn:V urn:P" },
        { "urn:V", 9, "", "id,isParked{id,operatedBy{id}}", "urn:V urn:P urn:Corp" },
        { "urn:V", 9, "", "id,name", "urn:V" },
        { "urn:D", 1, "", null, "urn:D urn:Bob urn:Alice" },
    };

    [Theory]
    [MemberData(nameof(Flat))]
    public void A_flattened_answer_has_each_Entity_once(string roots, int level, string containedBy, string? pick, string ids)
    {
        var shown = new Representation
        {
            Join = new() { Kind = JoinKind.Flat, Level = level, ContainedBy = [.. containedBy.Split(',', StringSplitOptions.RemoveEmptyEntries)] },
            Pick = Graph.Project(pick),
        };
        var answer = JsonNode.Parse(City.Answer(shown, roots.Split(' ')))!.AsArray();
        Assert.Equal(ids, string.Join(' ', answer.Select(entity => (string)entity!["id"]!)));
        Assert.DoesNotContain("\"entity", answer.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Flattened_Entities_show_what_was_picked_behind_the_link_that_led_to_them()
    {
        var shown = new Representation
        {
            Format = EntityFormat.Simplified,
            Join = new() { Kind = JoinKind.Flat },
            Pick = Graph.Project("id,sensor{name}"),
            DatasetIds = ["urn:d:1"],
        };
        Writing.AssertJson("""[{"id":"urn:D","sensor":"urn:Alice"},{"name":"Alice"}]""", City.Answer(shown, "urn:D"));
    }

    [Fact]
    public void Flattened_Entities_are_Features_of_the_collection()
    {
        var shown = new Representation { Format = EntityFormat.Simplified, GeoJson = true, Join = new() { Kind = JoinKind.Flat } };
        Writing.AssertJson(
            """
            {"type":"FeatureCollection","features":[
             {"id":"urn:Odd","type":"Feature","geometry":null,"properties":{"type":"T","to":"urn:Bob"}},
             {"id":"urn:Bob","type":"Feature","geometry":null,"properties":{"type":"Person","name":"Bob"}}]}
            """,
            City.Answer(shown, "urn:Odd"));
    }

    [Fact]
    public void A_notification_shows_linked_Entities_beside_what_changed()
    {
        var before = City["urn:Dogs"];
        var change = new EntityChange
        {
            EntityId = before.Id,
            Before = before,
            After = before,
            At = Writing.Modified,
            Attributes = [new(Writing.Default + "dogs", null, AttributeChangeKind.Updated), new(Writing.Default + "cats", null, AttributeChangeKind.Deleted)],
        };

        Assert.Equal(
            """{"id":"urn:Dogs","type":"Kennel","dogs":{"object":["urn:Bob"],"entity":[{"id":"urn:Bob","type":"Person","name":"Bob"}],"previousObject":["urn:Bob"]},"cats":{"value":"urn:ngsi-ld:null"}}""",
            Told(JoinKind.Inline));
        Assert.Equal(
            """{"id":"urn:Dogs","type":"Kennel","dogs":{"object":["urn:Bob"],"previousObject":["urn:Bob"]},"cats":{"value":"urn:ngsi-ld:null"}},{"id":"urn:Bob","type":"Person","name":"Bob"}""",
            Told(JoinKind.Flat));

        string Told(JoinKind kind)
        {
            var shown = new Representation { Format = EntityFormat.Concise, Join = new() { Kind = kind } };
            var output = new ArrayBufferWriter<byte>();
            EntityWriter.WriteChanges([change], true, shown, Context.Core, output, City.Gather([before], shown, Graph.Wide).Value);
            return Encoding.UTF8.GetString(output.WrittenSpan);
        }
    }

    [Theory]
    [InlineData(JoinKind.Flat, 6, 1 << 20, true)]
    [InlineData(JoinKind.Flat, 5, 1 << 20, true)]
    [InlineData(JoinKind.Flat, 4, 1 << 20, false)]
    [InlineData(JoinKind.Flat, 9, 100, false)]
    [InlineData(JoinKind.Inline, 5, 1 << 20, true)]
    [InlineData(JoinKind.Inline, 4, 1 << 20, false)]
    [InlineData(JoinKind.Inline, 9, 100, false)]
    public void What_is_gathered_is_bounded(JoinKind kind, int entities, long bytes, bool fits)
    {
        var shown = new Representation { Join = new() { Kind = kind } };
        var gathered = City.Gather([City["urn:V"]], shown, new(entities, bytes));
        Assert.Equal(fits, gathered.IsSuccess);
        if (!fits) Assert.Equal(NgsiLdErrorKind.TooManyResults, gathered.Error!.Kind);
    }

    [Theory]
    [InlineData(4, 1 << 20, true)]
    [InlineData(3, 1 << 20, false)]
    [InlineData(4, 1000, false)]
    public void What_stands_inline_several_times_counts_as_often(int entities, long bytes, bool fits)
    {
        // Two are gathered, and two of each are shown.
        var pair = Graph.Of(
            $"{{'id':'urn:1','type':'T','text':'{new string('x', 2000)}','a':{{'object':'urn:x'}},'b':{{'object':'urn:x'}}}}",
            "{'id':'urn:x','type':'T','to':{'object':'urn:y'}}",
            "{'id':'urn:y','type':'T'}");
        var shown = new Representation { Format = EntityFormat.Simplified, Join = new() { Kind = JoinKind.Inline, Level = 2 } };
        var linked = pair.Gather([pair["urn:1"]], shown, new(entities, bytes)).Value;
        Assert.Equal(fits, !EntityWriter.Write(pair["urn:1"], shown, Context.Core, new ArrayBufferWriter<byte>(), linked).IsTooLarge);
    }
}
