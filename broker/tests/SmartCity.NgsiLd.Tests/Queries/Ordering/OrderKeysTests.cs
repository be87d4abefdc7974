using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries.Ordering;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries.Ordering;

/// <summary>Which of two Entities comes first (ETSI GS CIM 009 4.23).</summary>
public sealed class OrderKeysTests
{
    private const string DateTime = "{'@type':'DateTime','@value':'2020-01-01T00:00:00Z'}";
    private const string Date = "{'@type':'Date','@value':'2020-01-01'}";
    private const string Time = "{'@type':'Time','@value':'10:00:00Z'}";

    /// <summary>Values in the order of the standard; null is JSON's own.</summary>
    private static readonly string[] Types =
        ["-1e300", "-1.5", "0", "1", "2.5", "10", "1e300", "'a'", "'B'", "'c'", "{'x':1}", "{'x':2}", "[1]", "[1,1]", "[2]",
            "false", "true", Time, Date, DateTime, "{'@type':'@json','@value':null}"];

    [Fact]
    public void Values_of_mixed_types_are_ordered_by_type_and_then_by_value()
    {
        var ordered = Types.Select(value => Property($"'value':{value}")).Append("").ToArray();
        AssertOrder("a", ordered);
        AssertOrder("a;asc", ordered);
    }

    [Fact]
    public void Downwards_values_turn_round_but_types_stay_and_what_is_missing_stays_last()
    {
        string[] turned =
            ["1e300", "10", "2.5", "1", "0", "-1.5", "-1e300", "'c'", "'B'", "'a'", "{'x':2}", "{'x':1}", "[2]", "[1,1]", "[1]",
                "true", "false", Time, Date, DateTime, "{'@type':'@json','@value':null}"];
        AssertOrder("a;desc", [.. turned.Select(value => Property($"'value':{value}")), ""]);
    }

    [Theory]
    [InlineData("a", "'a':{'type':'Relationship','object':'urn:x:1'}", "'a':{'type':'Relationship','object':'urn:x:2'}")]
    [InlineData("a[en]", "'a':{'type':'LanguageProperty','languageMap':{'en':'a','de':'z'}}", "'a':{'type':'LanguageProperty','languageMap':{'en':'b','de':'a'}}")]
    [InlineData("a[city]", "'a':{'type':'Property','value':{'city':'Aachen'}}", "'a':{'type':'Property','value':{'city':'Bonn'}}")]
    [InlineData("a[geo.city]", "'a':{'type':'Property','value':{'geo':{'city':2}}}", "'a':{'type':'Property','value':{'geo':{'city':10}}}")]
    [InlineData("a[city]", "'a':{'type':'Property','value':{'city':null,'x':1}}", "'a':{'type':'Property','value':{'x':1}}")]
    [InlineData("a.b", "'a':{'type':'Property','value':9,'b':{'type':'Property','value':1}}", "'a':{'type':'Property','value':8,'b':{'type':'Property','value':2}}")]
    [InlineData("a.observedAt", "'a':{'type':'Property','value':9,'observedAt':'2020-01-01T00:00:00Z'}", "'a':{'type':'Property','value':8,'observedAt':'2021-01-01T00:00:00Z'}")]
    [InlineData("a.observedAt;desc", "'a':{'type':'Property','value':9,'observedAt':'2021-01-01T00:00:00Z'}", "'a':{'type':'Property','value':8}")]
    [InlineData("a.unitCode", "'a':{'type':'Property','value':9,'unitCode':'CEL'}", "'a':{'type':'Property','value':8,'unitCode':'FAR'}")]
    [InlineData("a", "'a':{'type':'VocabProperty','vocab':'dog'}", "'a':{'type':'VocabProperty','vocab':'Emu'}")]
    [InlineData("a", "'a':{'type':'ListProperty','valueList':[1,9]}", "'a':{'type':'ListProperty','valueList':[2]}")]
    [InlineData("a", "'a':{'type':'JsonProperty','json':3}", "'a':{'type':'JsonProperty','json':{'a':1}}")]
    [InlineData("b,a;desc", "'b':{'type':'Property','value':1},'a':{'type':'Property','value':2}", "'b':{'type':'Property','value':1},'a':{'type':'Property','value':1}")]
    [InlineData("a", "'a':[{'type':'Property','value':9,'datasetId':'urn:d:1'},{'type':'Property','value':1}]", "'a':{'type':'Property','value':2}")]
    [InlineData("scope", "'scope':'/a'", "'scope':'/b'")]
    [InlineData("scope", "'scope':['/a','/b']", "'scope':['/a','/c']")]
    [InlineData("scope", "'scope':'/b'", "'c':{'type':'Property','value':1}")]
    public void What_a_term_leads_to_decides(string orderBy, string first, string second) => AssertOrder(orderBy, [first, second]);

    [Theory]
    [InlineData("id", "{'id':'urn:a','type':'Z'}", "{'id':'urn:b','type':'A'}")]
    [InlineData("id;desc", "{'id':'urn:b','type':'Z'}", "{'id':'urn:a','type':'A'}")]
    [InlineData("type", "{'id':'urn:b','type':'A'}", "{'id':'urn:a','type':'Z'}")]
    [InlineData("type", "{'id':'urn:b','type':['A','B']}", "{'id':'urn:a','type':['A','C']}")]
    public void Members_of_the_Entity_order_as_texts(string orderBy, string first, string second)
    {
        var keys = Keys(orderBy);
        Assert.True(keys.Of(EntityText.Read(first)).CompareTo(keys.Of(EntityText.Read(second))) < 0);
    }

    [Fact]
    public void Distances_come_first_and_other_values_behind_them()
    {
        string[] places = [Place("[8,40.1]"), Place("[8,41]"), Place("[9,42]"), Place("[100,0]")];
        AssertOrder("location;dist-asc", [.. places, "'location':{'type':'Property','value':1}", ""], "[8,40]");
        AssertOrder("location;dist-desc", [.. places.Reverse(), "'location':{'type':'Property','value':1}", ""], "[8,40]");
        AssertOrder("location;dist-asc", [Place("[8,40.5]"), Place("[12,40]")], "[[8,40],[9,42],[9,45],[8,40]]", "LineString");
    }

    [Fact]
    public void Very_long_texts_are_compared_by_their_beginning()
    {
        var beginning = new string('a', 2000);
        var keys = Keys("a");
        Assert.Equal(0, keys.Of(EntityText.Of(Property($"'value':'{beginning}b'"))).CompareTo(keys.Of(EntityText.Of(Property($"'value':'{beginning}c'")))));
    }

    private static string Property(string value) => $"'a':{{'type':'Property',{value}}}";

    private static string Place(string coordinates) =>
        $"'location':{{'type':'GeoProperty','value':{{'type':'Point','coordinates':{coordinates}}}}}";

    private static OrderKeys Keys(string orderBy, string? from = null, string? geometry = null) =>
        new(OrderingParser.Parse(orderBy, null, from, geometry, Context.Core).Value, []);

    private static void AssertOrder(string orderBy, string[] attributes, string? from = null, string? geometry = null)
    {
        var keys = Keys(orderBy, from, geometry);
        var all = attributes.Select(text => (text, Key: keys.Of(EntityText.Of(text)))).ToArray();
        for (var i = 1; i < all.Length; i++)
            Assert.True(all[i - 1].Key.CompareTo(all[i].Key) < 0, $"{all[i - 1].text} is not before {all[i].text}");
    }
}
