using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Registrations;

/// <summary>The rules of ETSI GS CIM 009 5.12 and 5.10.2.4, a line each.</summary>
public class RegistrationMatcherTests
{
    private const string Square = """{"type":"Polygon","coordinates":[[[0,0],[0,10],[10,10],[10,0],[0,0]]]}""";

    [Theory]
    // An EntityInfo of a type alone.
    [InlineData("""{"entities":[{"type":"A"}]}""", "type=A", true)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "type=B", false)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "type=A,B", true)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "type=(A;B)", false)]
    [InlineData("""{"entities":[{"type":["A","B"]}]}""", "type=(A;B)", true)]
    [InlineData("""{"entities":[{"type":["A","B"]}]}""", "type=B", true)]
    [InlineData("""{"entities":[{"type":"A"},{"type":"B"}]}""", "type=(A;B)", false)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "type=*", true)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "type=A id=urn:x:1", true)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "type=B id=urn:x:1", false)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "id=urn:x:1", true)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "type=A idPattern=.*", true)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "", true)]
    // Of an id.
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1"}]}""", "type=A", true)]
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1"}]}""", "type=A id=urn:x:1", true)]
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1"}]}""", "type=B id=urn:x:1", false)]
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1"}]}""", "id=urn:x:1", true)]
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1"}]}""", "id=urn:x:2", false)]
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1"}]}""", "id=urn:x:2,urn:x:1", true)]
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1"}]}""", "type=A idPattern=^urn:x", true)]
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1"}]}""", "type=A idPattern=^urn:y", false)]
    [InlineData("""{"entities":[{"type":"A","id":"urn:x:1","idPattern":"urn:y.*"}]}""", "id=urn:y:1", false)]
    // Of a pattern.
    [InlineData("""{"entities":[{"type":"A","idPattern":"^urn:x"}]}""", "type=A", true)]
    [InlineData("""{"entities":[{"type":"A","idPattern":"^urn:x"}]}""", "id=urn:x:1", true)]
    [InlineData("""{"entities":[{"type":"A","idPattern":"^urn:x"}]}""", "id=urn:y:1", false)]
    [InlineData("""{"entities":[{"type":"A","idPattern":"^urn:x"}]}""", "id=urn:y:1,urn:x:1", true)]
    [InlineData("""{"entities":[{"type":"A","idPattern":"^urn:x"}]}""", "type=A idPattern=^urn:y", true)]
    // Of Attributes.
    [InlineData("""{"entities":[{"type":"A"}],"propertyNames":["p"]}""", "type=A", true)]
    [InlineData("""{"entities":[{"type":"A"}],"propertyNames":["p"]}""", "type=A attrs=p", true)]
    [InlineData("""{"entities":[{"type":"A"}],"propertyNames":["p"]}""", "type=A attrs=q,p", true)]
    [InlineData("""{"entities":[{"type":"A"}],"propertyNames":["p"]}""", "type=A attrs=q", false)]
    [InlineData("""{"entities":[{"type":"A"}],"propertyNames":["p"],"relationshipNames":["r"]}""", "attrs=r", true)]
    [InlineData("""{"entities":[{"type":"A"}]}""", "attrs=q", true)]
    [InlineData("""{"propertyNames":["p"]}""", "type=A attrs=p", true)]
    [InlineData("""{"propertyNames":["p"]}""", "type=A", true)]
    [InlineData("""{"propertyNames":["p"]}""", "id=urn:x:1 attrs=q", false)]
    // Both of one element.
    [InlineData("""{"entities":[{"type":"A"}],"propertyNames":["p"]},{"entities":[{"type":"B"}],"propertyNames":["q"]}""", "type=A attrs=q", false)]
    public void Information_is_matched(string information, string query, bool matches) =>
        Assert.Equal(matches, !Match($"\"information\":[{information}]", Query(query)).IsEmpty);

    [Fact]
    public void Only_the_parts_that_match_are_told()
    {
        var matched = Match("""
            "information":[{"entities":[{"type":"A"}],"propertyNames":["p"]},{"entities":[{"type":"B"}]},{"entities":[{"type":"A"}],"propertyNames":["q"]}]
            """, Query("type=A"));
        Assert.Equal(["p", "q"], matched.Select(info => Context.Core.Compact(info.PropertyNames[0])));
    }

    [Theory]
    [InlineData("", "urn:d:1", true)]
    [InlineData("\"datasetId\":[\"urn:d:1\",\"@none\"],", "", true)]
    [InlineData("\"datasetId\":[\"urn:d:1\",\"@none\"],", "@none", true)]
    [InlineData("\"datasetId\":[\"urn:d:1\",\"@none\"],", "urn:d:2,urn:d:1", true)]
    [InlineData("\"datasetId\":[\"urn:d:1\",\"@none\"],", "urn:d:2", false)]
    public void Datasets_have_one_in_common(string members, string asked, bool matches) =>
        Assert.Equal(matches, Matches(members, new() { DatasetIds = [.. asked.Split(',', StringSplitOptions.RemoveEmptyEntries)] }));

    [Theory]
    [InlineData("", "/a", true)]
    [InlineData("\"scope\":\"/a\",", "/a", true)]
    [InlineData("\"scope\":[\"/b\",\"/a/c\"],", "/a/#", true)]
    [InlineData("\"scope\":\"/a\",", "/b", false)]
    [InlineData("\"scope\":\"/a\",", "/a/c", false)]
    public void Scopes_are_matched_where_they_are_said(string members, string asked, bool matches) =>
        Assert.Equal(matches, Matches(members, new() { Scope = ScopeQueryParser.Parse(asked).Value }));

    [Theory]
    [InlineData("", null, null, null, true)]
    [InlineData("", false, null, null, false)]
    [InlineData("observationInterval", null, null, null, false)]
    [InlineData("observationInterval", false, null, null, true)]
    [InlineData("observationInterval", true, null, null, false)]
    [InlineData("managementInterval", true, null, null, true)]
    [InlineData("managementInterval", false, null, null, false)]
    [InlineData("observationInterval", false, 2015, null, true)]
    [InlineData("observationInterval", false, 2020, null, true)]
    [InlineData("observationInterval", false, 2021, null, false)]
    [InlineData("observationInterval", false, null, 2010, true)]
    [InlineData("observationInterval", false, null, 2009, false)]
    [InlineData("observationInterval", false, 2005, 2009, false)]
    [InlineData("observationInterval", false, 2005, 2010, true)]
    [InlineData("observationInterval", false, 2012, 2013, true)]
    [InlineData("observationInterval", false, 2005, 2025, true)]
    [InlineData("observationInterval", false, 2021, 2025, false)]
    public void Times_overlap_ends_included(string member, bool? management, int? from, int? to, bool matches)
    {
        var interval = member.Length == 0 ? "" : $"\"{member}\":{{\"startAt\":\"2010-01-01T00:00:00Z\",\"endAt\":\"2020-01-01T00:00:00Z\"}},";
        var time = management is { } one ? new RegistrationTime(one, Year(from), Year(to)) : (RegistrationTime?)null;
        Assert.Equal(matches, Matches(interval, new() { Time = time }));

        static DateTimeOffset? Year(int? year) => year is { } known ? new DateTimeOffset(known, 1, 1, 0, 0, 0, TimeSpan.Zero) : null;
    }

    [Fact]
    public void An_interval_without_an_end_goes_on() =>
        Assert.True(Matches("\"observationInterval\":{\"startAt\":\"2010-01-01T00:00:00Z\"},", new() { Time = new(false, DateTimeOffset.MaxValue, null) }));

    [Theory]
    [InlineData("near;maxDistance==1000", "Point", "[5,5]", true)]
    [InlineData("near;maxDistance==1000", "Point", "[11,5]", false)]
    [InlineData("near;maxDistance==200000", "Point", "[11,5]", true)]
    [InlineData("near;minDistance==100", "Point", "[5,5]", true)]
    [InlineData("near;minDistance==5000000", "Point", "[5,5]", false)]
    [InlineData("within", "Polygon", "[[[9,9],[9,20],[20,20],[20,9],[9,9]]]", true)]
    [InlineData("within", "Polygon", "[[[11,11],[11,20],[20,20],[20,11],[11,11]]]", false)]
    [InlineData("contains", "Point", "[5,5]", true)]
    [InlineData("contains", "Point", "[15,5]", false)]
    [InlineData("contains", "LineString", "[[5,5],[15,5]]", false)]
    [InlineData("intersects", "LineString", "[[5,5],[15,5]]", true)]
    [InlineData("intersects", "LineString", "[[11,5],[15,5]]", false)]
    [InlineData("equals", "Point", "[5,5]", true)]
    [InlineData("equals", "Point", "[15,5]", false)]
    [InlineData("disjoint", "Point", "[5,5]", true)]
    [InlineData("disjoint", "Polygon", "[[[-1,-1],[-1,20],[20,20],[20,-1],[-1,-1]]]", false)]
    [InlineData("overlaps", "Polygon", "[[[5,5],[5,20],[20,20],[20,5],[5,5]]]", true)]
    [InlineData("overlaps", "Polygon", "[[[11,11],[11,20],[20,20],[20,11],[11,11]]]", false)]
    public void A_place_may_hold_what_is_asked_for(string georel, string geometry, string coordinates, bool matches)
    {
        var geo = GeoQueryParser.Parse(georel, geometry, coordinates, null, Context.Core).Value;
        Assert.Equal(matches, Matches($"\"location\":{Square},", new() { Geo = geo }));
        // Who says nothing of it may have it.
        Assert.True(Matches($"\"observationSpace\":{Square},", new() { Geo = geo }));
        var other = GeoQueryParser.Parse(georel, geometry, coordinates, "operationSpace", Context.Core).Value;
        Assert.Equal(matches, Matches($"\"operationSpace\":{Square},", new() { Geo = other }));
        var further = GeoQueryParser.Parse(georel, geometry, coordinates, "reach", Context.Core).Value;
        Assert.Equal(matches, Matches($"\"reach\":{{\"type\":\"GeoProperty\",\"value\":{Square}}},", new() { Geo = further }));
    }

    [Theory]
    [InlineData("location", "p", true)]
    [InlineData("location", "location", true)]
    [InlineData("operationSpace", "p", false)]
    [InlineData("operationSpace", "location", true)]
    public void The_place_of_a_registration_is_that_of_all_its_Attributes(string place, string name, bool matches)
    {
        var geo = GeoQueryParser.Parse("near;maxDistance==1000", "Point", "[5,5]", null, Context.Core).Value;
        var members = $"\"{place}\":{Square},\"information\":[{{\"entities\":[{{\"type\":\"A\"}}],\"propertyNames\":[\"{name}\"]}}]";
        Assert.Equal(matches, !Match(members, new() { Geo = geo, NeedsPlace = true }).IsEmpty);
        Assert.NotEmpty(Match(members, new() { Geo = geo }));
    }

    [Theory]
    [InlineData("owner==\"city\"", true)]
    [InlineData("owner==\"town\"", false)]
    [InlineData("owner", true)]
    [InlineData("quality>=3;owner==\"city\"", true)]
    [InlineData("quality>3|owner==\"town\"", false)]
    [InlineData("endpoint~=a.example", true)]
    [InlineData("mode==\"inclusive\"", true)]
    [InlineData("operations==\"retrieveOps\"", true)]
    [InlineData("registrationName", false)]
    public void A_filter_sees_members_and_further_properties(string csf, bool matches) => Assert.Equal(matches, Matches(
        """ "owner":{"type":"Property","value":"city"},"quality":{"type":"Property","value":3},"operations":["retrieveOps","createEntity"], """,
        new() { Csf = QParser.Parse(csf, Context.Core).Value }));

    private static bool Matches(string members, RegistrationQuery query) =>
        !Match(members + "\"information\":[{\"entities\":[{\"type\":\"A\"}]}]", query).IsEmpty;

    private static ImmutableArray<RegistrationInfo> Match(string members, RegistrationQuery query)
    {
        var json = $$"""{"id":"urn:r:1","type":"ContextSourceRegistration","endpoint":"http://a.example",{{members}}}""";
        var registration = RegistrationReader.Read(Encoding.UTF8.GetBytes(json), Context.Core, 32).Value;
        return new RegistrationMatcher(query).Match(new(registration));
    }

    private static RegistrationQuery Query(string text)
    {
        var selector = new EntitySelector();
        ImmutableArray<string> names = [];
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (part[..part.IndexOf('=')], part[(part.IndexOf('=') + 1)..]);
            if (name == "type") selector = selector with { Type = TypeSelectionParser.Parse(value, Context.Core).Value };
            if (name == "id") selector = selector with { Ids = [.. value.Split(',')] };
            if (name == "idPattern") selector = selector with { IdPattern = IdPattern.Parse(value).Value };
            if (name == "attrs") names = [.. value.Split(',').Select(Context.Core.Expand)];
        }

        return new() { Selectors = selector == new EntitySelector() ? [] : [selector], AttributeNames = names };
    }
}
