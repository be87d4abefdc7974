using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Queries;

public sealed class EntityMatcherTests
{
    [Theory]
    [InlineData("Home", true)]
    [InlineData("Motorhome", false)]
    [InlineData("Building|Home", true)]
    [InlineData("Building,House", false)]
    [InlineData("(Home;Vehicle)", true)]
    [InlineData("(Home;Building)", false)]
    [InlineData("(Home;Building)|Vehicle", true)]
    [InlineData("((Home|Building);Vehicle)", true)]
    [InlineData("*", true)]
    [InlineData("https://uri.etsi.org/ngsi-ld/default-context/Home", true)]
    [InlineData("nobodyEverHadThisType", false)]
    public void Types_are_selected(string type, bool matches) => Assert.Equal(matches, Selects(
        new() { Type = TypeSelectionParser.Parse(type, Context.Core).Value }, "{'id':'urn:a','type':['Home','Vehicle']}"));

    [Theory]
    [InlineData("urn:a", null, null, true)]
    [InlineData("urn:b,urn:a", null, null, true)]
    [InlineData("urn:b", null, null, false)]
    [InlineData(null, "^urn:[a-c]$", null, true)]
    [InlineData(null, "b", null, false)]
    [InlineData("urn:a", "b", null, false)]
    [InlineData("urn:a", "a", "Home", true)]
    [InlineData("urn:a", "a", "House", false)]
    public void A_selector_asks_for_all_that_it_names(string? ids, string? pattern, string? type, bool matches) => Assert.Equal(matches, Selects(
        new()
        {
            Ids = ids is null ? [] : [.. ids.Split(',')],
            IdPattern = pattern is null ? null : IdPattern.Parse(pattern).Value,
            Type = type is null ? null : new TypeIs(Context.Core.Expand(type)),
        },
        "{'id':'urn:a','type':'Home'}"));

    [Fact]
    public void Any_of_several_selectors_will_do()
    {
        var entity = EntityText.Read("{'id':'urn:a','type':'Home'}");
        EntitySelector a = new() { Ids = ["urn:a"] }, b = new() { Ids = ["urn:b"] };
        Assert.True(new EntityMatcher(new() { Selectors = [b, a] }).Matches(entity));
        Assert.False(new EntityMatcher(new() { Selectors = [b, b] }).Matches(entity));
        Assert.True(new EntityMatcher(new()).Matches(entity));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("b", false)]
    [InlineData("b,a", true)]
    [InlineData("b,c", false)]
    public void One_of_the_named_attributes_is_enough(string names, bool matches)
    {
        var query = new EntityQuery { AttributeNames = [.. names.Split(',').Select(Context.Core.Expand)] };
        Assert.Equal(matches, new EntityMatcher(query).Matches(EntityText.Of("'a':{'type':'Property','value':1}")));
    }

    [Theory]
    // The examples of ETSI GS CIM 009 4.19.
    [InlineData("'/Madrid'", "/Madrid", true)]
    [InlineData("'/Madrid/Gardens'", "/Madrid", false)]
    [InlineData("'/Madrid/Gardens'", "/Madrid/Gardens/#", true)]
    [InlineData("'/Madrid/Gardens/ParqueNorte'", "/Madrid/Gardens/#", true)]
    [InlineData("'/Madrid/Gardens/ParqueNorte/Parterre1'", "/Madrid/Gardens/#", true)]
    [InlineData("'/Madrid/GardensX'", "/Madrid/Gardens/#", false)]
    [InlineData("'/Madrid'", "/Madrid/Gardens/#", false)]
    [InlineData("'/Madrid/Gardens/ParqueNorte'", "/Madrid/+/ParqueNorte", true)]
    [InlineData("'/Madrid/Sights/ParqueNorte'", "/Madrid/+/ParqueNorte", true)]
    [InlineData("'/Madrid/Sights/East/ParqueNorte'", "/Madrid/+/ParqueNorte", false)]
    [InlineData("'/Madrid/ParqueNorte'", "/Madrid/+/ParqueNorte", false)]
    [InlineData("['/Madrid/Districts','/CompanyA']", "(/Madrid/Districts;/CompanyA)", true)]
    [InlineData("['/Madrid/Districts']", "(/Madrid/Districts;/CompanyA)", false)]
    [InlineData("['/Madrid/Districts','/CompanyA']", "(/Madrid/Districts;/CompanyA)|CompanyB", true)]
    [InlineData("'CompanyB'", "(/Madrid/Districts;/CompanyA),CompanyB", true)]
    [InlineData("'Madrid'", "/Madrid", true)]
    [InlineData("'/x'", "/#", true)]
    [InlineData("'/a/b'", "/+/#", true)]
    [InlineData("'/a'", "/+", true)]
    [InlineData("'/a/b'", "/+", false)]
    [InlineData("[]", "/#", false)]
    public void Scopes_fit_their_patterns(string scope, string scopeQ, bool matches)
    {
        var entity = EntityText.Read($"{{'id':'urn:a','type':'Home','scope':{scope}}}");
        Assert.Equal(matches, new EntityMatcher(new() { Scope = ScopeQueryParser.Parse(scopeQ).Value }).Matches(entity));
    }

    [Fact]
    public void An_entity_without_scope_is_in_none() =>
        Assert.False(new EntityMatcher(new() { Scope = ScopeQueryParser.Parse("/#").Value }).Matches(EntityText.Of("")));

    [Fact]
    public void All_parts_of_a_query_hold()
    {
        var query = new EntityQuery
        {
            Selectors = [new() { Type = new TypeIs(Context.Core.Expand("Vehicle")) }],
            AttributeNames = [Context.Core.Expand("speed")],
            Q = QParser.Parse("speed>50", Context.Core).Value,
            Geo = GeoQueryParser.Parse("near;maxDistance==1000", "Point", "[8,40]", null, Context.Core).Value,
        };
        const string Place = ",'location':{'type':'GeoProperty','value':{'type':'Point','coordinates':[8,40.001]}}";
        Assert.True(new EntityMatcher(query).Matches(EntityText.Of("'speed':{'type':'Property','value':60}" + Place)));
        Assert.False(new EntityMatcher(query).Matches(EntityText.Of("'speed':{'type':'Property','value':40}" + Place)));
        Assert.False(new EntityMatcher(query).Matches(EntityText.Of("'speed':{'type':'Property','value':60}")));
    }

    [Theory]
    [InlineData("speed>198")]
    [InlineData("speed==1,2,3;brandName!=\"x\"")]
    [InlineData("brandName==\"Mercedes-1\"|owner==urn:ngsi-ld:Person:1")]
    [InlineData("speed==100..200;colour==\"a\"..\"z\"")]
    [InlineData("brandName~=\"^Merc.*[0-9]$\"")]
    [InlineData("electric==true;speed.observedAt>2020-01-01T00:00:00Z;address[city]==\"Berlin\"")]
    [InlineData("name[de]==\"Käfer\"")]
    public void Matching_allocates_nothing(string q)
    {
        var entity = EntityText.Of(
            "'brandName':{'type':'Property','value':'Mercedes-1'},'speed':{'type':'Property','value':199,'observedAt':'2024-01-01T00:00:00Z'},"
            + "'colour':{'type':'Property','value':'red'},'owner':{'type':'Relationship','object':'urn:ngsi-ld:Person:1'},"
            + "'electric':{'type':'Property','value':true},'address':{'type':'Property','value':{'city':'Berlin'}},"
            + "'name':{'type':'LanguageProperty','languageMap':{'de':'Käfer','en':'beetle'}}");
        var matcher = new EntityMatcher(new()
        {
            Selectors = [new() { Type = new TypeIs(Context.Core.Expand("Vehicle")) }],
            Q = QParser.Parse(q, Context.Core).Value,
        });
        // Patterns build their automaton lazily, as they meet new characters.
        for (var i = 0; i < 100; i++) matcher.Matches(entity);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) matcher.Matches(entity);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static bool Selects(EntitySelector selector, string entity) =>
        new EntityMatcher(new() { Selectors = [selector] }).Matches(EntityText.Read(entity));
}
