using System.Globalization;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

public sealed class QueryBoundsTests
{
    [Theory]
    [InlineData("a", "a", "")]
    [InlineData("a;b.c;d[e]", "a b d", "")]
    [InlineData("a|b", "", "")]
    [InlineData("(a;b)|(b;c)", "b", "")]
    [InlineData("a>1", "a", "a (1,∞]")]
    [InlineData("a>=1;a<2", "a", "a [1,∞] a [-∞,2)")]
    [InlineData("a<=1", "a", "a [-∞,1]")]
    [InlineData("a==1", "a", "a [1,1]")]
    [InlineData("a==1..3", "a", "a [1,3]")]
    [InlineData("a==5,1,3", "a", "a [1,5]")]
    [InlineData("a!=1", "a", "")]
    [InlineData("a==\"x\"", "a", "a x")]
    [InlineData("a==\"x\",\"y\"", "a", "a x|y")]
    [InlineData("a==urn:x", "a", "a urn:x")]
    [InlineData("a==\"x\",1", "a", "")]
    [InlineData("a==true", "a", "")]
    [InlineData("a>\"x\"", "a", "")]
    [InlineData("a~=\"x\"", "a", "")]
    [InlineData("a==2020-01-01T00:00:00Z", "a", "")]
    [InlineData("a.b==1;a[c]==1;a{d}==1", "a", "")]
    [InlineData("a==1|a==2", "a", "")]
    [InlineData("(a==1|b);c==2", "c", "c [2,2]")]
    [InlineData("createdAt>2020-01-01T00:00:00Z;id==urn:x", "", "")]
    public void Values_that_q_demands_are_bounds(string q, string attributes, string values)
    {
        var bounds = QueryBounds.Of(new() { Q = QParser.Parse(q, Context.Core).Value });
        Assert.Equal(attributes, string.Join(' ', bounds.AllAttributes.Select(Short)));
        Assert.Equal(values, string.Join(' ', bounds.Values.Select(Show)));
    }

    [Theory]
    [InlineData("A", "A")]
    [InlineData("A|B", "A | B")]
    [InlineData("(A;B)|C", "A;B | C")]
    [InlineData("((A|B);C)", "A;C | B;C")]
    [InlineData("*", "")]
    [InlineData("A|*", "")]
    [InlineData("(A;*)", "A")]
    public void Types_are_groups(string type, string groups)
    {
        var selector = new EntitySelector { Ids = ["urn:x"], Type = TypeSelectionParser.Parse(type, Context.Core).Value };
        var bounds = QueryBounds.Of(new() { Selectors = [selector] });
        Assert.Equal(groups, string.Join(" | ", bounds.Selectors[0].TypeGroups.Select(group => string.Join(';', group.Select(Short)))));
    }

    [Fact]
    public void Many_types_that_combine_are_bounded_by_some_of_them()
    {
        var either = string.Join(';', Enumerable.Range(0, 30).Select(i => $"(A{i}|B{i})"));
        var selector = new EntitySelector { Type = TypeSelectionParser.Parse($"({either})", Context.Core).Value };
        Assert.Equal(64, QueryBounds.Of(new() { Selectors = [selector] }).Selectors[0].TypeGroups.Length);
    }

    [Fact]
    public void A_selector_without_index_opens_all()
    {
        EntitySelector id = new() { Ids = ["urn:x"] }, pattern = new() { IdPattern = IdPattern.Parse("x").Value };
        Assert.Empty(QueryBounds.Of(new() { Selectors = [id, pattern] }).Selectors);
        Assert.Equal("urn:x", Assert.Single(Assert.Single(QueryBounds.Of(new() { Selectors = [id] }).Selectors).Ids));
    }

    [Theory]
    [InlineData("near;maxDistance==1000", true)]
    [InlineData("near;minDistance==1000", false)]
    [InlineData("within", true)]
    [InlineData("contains", true)]
    [InlineData("intersects", true)]
    [InlineData("equals", true)]
    [InlineData("overlaps", true)]
    [InlineData("disjoint", false)]
    public void Places_are_boxes_where_the_relation_has_an_end(string georel, bool bounded)
    {
        var bounds = QueryBounds.Of(new() { Geo = GeoQueryParser.Parse(georel, "Point", "[8,40]", null, Context.Core).Value });
        Assert.Equal(bounded, bounds.Geo is not null);
        Assert.Equal("https://uri.etsi.org/ngsi-ld/location", Assert.Single(bounds.AllAttributes));
    }

    [Theory]
    [InlineData("{'type':'Property','value':-1.5e2}", "-150")]
    [InlineData("{'type':'Property','value':'red'}", "red")]
    [InlineData("{'type':'Property','value':'r\\u00e9d'}", "réd")]
    [InlineData("{'type':'Property','value':[1,'x',true,{'y':2},[3]]}", "1 x")]
    [InlineData("{'type':'Property','value':{'@type':'T','@value':'x'}}", "x")]
    [InlineData("{'type':'Property','value':{'x':1}}", "")]
    [InlineData("{'type':'Property','value':true}", "")]
    [InlineData("{'type':'Relationship','object':['urn:a','urn:b']}", "urn:a urn:b")]
    [InlineData("{'type':'ListRelationship','objectList':['urn:a','urn:b']}", "urn:a urn:b")]
    [InlineData("{'type':'ListProperty','valueList':[1,2]}", "1 2")]
    [InlineData("{'type':'LanguageProperty','languageMap':{'en':'red','fr':['rouge','roux']}}", "red rouge roux")]
    [InlineData("{'type':'JsonProperty','json':1}", "1")]
    [InlineData("{'type':'GeoProperty','value':{'type':'Point','coordinates':[1,2]}}", "")]
    public void The_keys_of_a_value_are_its_numbers_and_texts(string attribute, string expected)
    {
        var keys = new List<IndexKey>();
        foreach (var instance in EntityText.Of($"'a':{attribute}").Attributes) IndexKeys.AddTo(keys, instance);
        var wanted = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text =>
            double.TryParse(text, out var number) ? new IndexKey(false, number, 0) : new IndexKey(true, 0, IndexKeys.Hash(text)));
        Assert.Equal(wanted, keys);
    }

    [Fact]
    public void Numbers_are_read_as_the_nearest_double()
    {
        var random = new Random(7);
        string[] edges =
        [
            "0", "-0", "0.1", "-0.000001", "999999999999999", "99999999999999.9", "1234567890.12345", "9999999999999999",
            "0.00000000000001", "1e-5", "12.5E+3", "0.30000000000000004", "1.7976931348623157e308",
        ];
        var texts = Enumerable.Range(0, 20_000)
            .Select(_ => ((random.NextDouble() - 0.5) * 2000).ToString($"F{random.Next(0, 12)}", CultureInfo.InvariantCulture));
        foreach (var text in edges.Concat(texts))
        {
            foreach (var instance in EntityText.Of($"'a':{{'type':'Property','value':{text}}}").Attributes)
            {
                Assert.True(IndexKeys.TryNumber(instance, out var number), text);
                Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), number);
            }
        }
    }

    [Theory]
    [InlineData("{'type':'Point','coordinates':[1,-2.5,99]}", 1, -2.5, 1, -2.5)]
    [InlineData("{'coordinates':[[[0,0],[10,0],[10,1e1],[0,0]]],'type':'Polygon'}", 0, 0, 10, 10)]
    [InlineData("{'type':'MultiPoint','coordinates':[[190,1],[1,2]]}", -180, 1, 180, 2)]
    public void The_envelope_of_a_place_is_read_in_place(string value, double west, double south, double east, double north)
    {
        foreach (var instance in EntityText.Of($"'a':{{'type':'GeoProperty','value':{value}}}").Attributes)
        {
            Assert.True(IndexKeys.TryEnvelope(instance, out var envelope));
            Assert.Equal(new(west, south, east, north), envelope);
        }
    }

    private static string Short(string name) => name[(name.LastIndexOf('/') + 1)..];

    private static string Show(ValueBound bound) => bound switch
    {
        NumberBound n => FormattableString.Invariant(
            $"{Short(n.Attribute)} {(n.LowIncluded ? '[' : '(')}{End(n.Low)},{End(n.High)}{(n.HighIncluded ? ']' : ')')}"),
        TextBound t => $"{Short(t.Attribute)} {string.Join('|', t.Texts)}",
        _ => "?",
    };

    private static string End(double end) => double.IsInfinity(end) ? (end < 0 ? "-∞" : "∞") : FormattableString.Invariant($"{end}");
}
