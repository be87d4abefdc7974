using System.Text.Json.Nodes;
using Xunit;

namespace SmartCity.Broker.Tests.Federation;

/// <summary>
/// Random data split at random over three brokers: the one that knows the others answers as one that holds it all (ETSI GS CIM 009 4.3.6.7,
/// 4.5.5). <see cref="SplitCity.Cities"/> of them. Without orderBy, which asks one broker alone (4.23).
/// </summary>
public sealed class SplitEntitiesTests(SplitCity city) : IClassFixture<SplitCity>
{
    private const string Entities = "/ngsi-ld/v1/entities";

    private static readonly string[] Kinds = ["types", "types?details=true", "attributes", "attributes?details=true"];

    private static readonly string[] Selections =
    [
        "type=A", "type=B", "type=A,B", "type=(A;B)", "type=A&idPattern=[13579]$", "type=A,B&id=urn:e:1,urn:e:3,urn:e:99", "attrs=a", "attrs=b,link",
    ];

    private static readonly string[] Filters =
    [
        "", "", "q=a", "q=a>4", "q=a==1..6;b", "q=b==\"v1\"|c", "q=a.observedAt>2026-01-12T00:00:00Z", "scopeQ=/x/%23", "scopeQ=/x;q=c",
        "georel=near;maxDistance==200000&geometry=Point&coordinates=[0,0]", "georel=within&geometry=Polygon&coordinates=[[[0,0],[4,0],[4,4],[0,4],[0,0]]]&q=a",
        "join=flat&q=link{a}", "q=a.acc>4", "q=a.acc|b.acc==1..3", "q=(a>4|b);c", "q=a!=3", "q=b~=v[12]", "scopeQ=/x,/z",
        "q=kind==\"kind1\"", "q=name[en]==\"bridge 2\"", "q=list",
        "georel=disjoint&geometry=Point&coordinates=[0,0]", "georel=near;minDistance==200000&geometry=Point&coordinates=[0,0]&q=b",
    ];

    private static readonly string[] Forms =
    [
        "", "", "options=keyValues", "pick=id,a,link", "pick=id,type,b&options=concise", "datasetId=urn:d:1", "datasetId=@none,urn:d:2", "omit=a,scope",
        "join=inline&pick=id,link,a", "join=flat&joinLevel=2", "options=concise", "format=simplified&omit=link", "omit=type", "pick=id,scope,c",
        "lang=it", "lang=en&options=keyValues", "pick=id,name,kind,list", "datasetId=@none&format=simplified",
    ];

    [Fact]
    public async Task Three_brokers_answer_as_one_that_holds_it_all()
    {
        var (asked, told) = (0, 0);
        for (var seed = 0; seed < SplitCity.Cities(12); seed++)
        {
            var random = new Random(seed);
            Question[] questions =
            [
                .. new SplitCurrentData(seed, []).Whole.Select(entity => entity["id"]!.GetValue<string>()).Append("urn:e:nowhere").Select(id => Retrieval(random, id)),
                .. Enumerable.Range(0, 25).Select(_ => Query(random)),
                .. Enumerable.Range(0, 5).Select(_ => Batch(random)),
                .. Kinds.Select(kind => new Question("/ngsi-ld/v1/" + kind)),
            ];
            asked += questions.Length;
            told += await city.CompareAsync(seed, without => new SplitCurrentData(seed, without), questions);
        }

        Assert.True(told * 3 > asked, $"of {asked} questions only {told} have an answer");
    }

    [Fact]
    public async Task Pages_of_three_brokers_have_each_Entity_once()
    {
        for (var seed = 1000; seed < 1000 + SplitCity.Cities(12); seed++)
        {
            var tenant = await city.FillAsync(seed, new SplitCurrentData(seed, []));
            var random = new Random(seed);
            for (var i = 0; i < 6; i++)
            {
                var query = Query(random).Target;
                // What is joined flat is not of the page.
                if (query.Contains("join=flat", StringComparison.Ordinal)) continue;
                var expected = Ids((await city.WholeAsync(tenant, new(query + "&limit=1000"))).Body);
                foreach (var limit in (int[])[1, 3])
                {
                    var followed = await city.PagesAsync(tenant, $"{query}&limit={limit}");
                    Assert.True(expected.SequenceEqual(followed.Order(StringComparer.Ordinal)), $"{tenant} {query}: {string.Join(' ', expected)} / {string.Join(' ', followed)}");
                    var jumped = new List<string>();
                    for (var offset = 0; offset < expected.Count; offset += limit)
                    {
                        jumped.AddRange(Ids((await city.PartsAsync(tenant, new($"{query}&limit={limit}&offset={offset}"))).Body));
                    }

                    Assert.True(expected.SequenceEqual(jumped.Order(StringComparer.Ordinal)), $"{tenant} {query} by offsets: {string.Join(' ', jumped)}");
                }
            }
        }
    }

    private static Question Batch(Random random)
    {
        string[] bodies =
        [
            """{"type":"Query","entities":[{"type":"A"},{"type":"B","idPattern":"[02468]$"}]}""",
            """{"type":"Query","entities":[{"type":"A","id":"urn:e:1"},{"type":"B"}],"q":"a>3"}""",
            """{"type":"Query","entities":[{"type":"A|B"}],"q":"a.acc>2","pick":["id","a"]}""",
            """{"type":"Query","entities":[{"type":"B"}],"attrs":["b"],"scopeQ":"/x/#"}""",
            """{"type":"Query","entities":[{"type":"A"}],"geoQ":{"georel":"near;maxDistance==300000","geometry":"Point","coordinates":[1,1]} }""",
        ];
        return new("/ngsi-ld/v1/entityOperations/query?count=true&limit=100", bodies[random.Next(bodies.Length)]);
    }

    private static List<string> Ids(JsonNode? body) =>
        [.. (body as JsonArray ?? []).Select(entity => entity!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal)];

    private static Question Retrieval(Random random, string id)
    {
        string[] forms = [.. Forms, "type=A", "type=(A;B)", "attrs=a,c"];
        return new($"{Entities}/{id}?{forms[random.Next(forms.Length)]}", MediaType: MediaType(random));
    }

    private static Question Query(Random random)
    {
        var parameters = new[] { Selections[random.Next(Selections.Length)], Filters[random.Next(Filters.Length)], Forms[random.Next(Forms.Length)] }
            .SelectMany(some => some.Replace(";q=", "&q=", StringComparison.Ordinal).Split('&', StringSplitOptions.RemoveEmptyEntries));
        // Each is given once.
        var distinct = parameters.DistinctBy(parameter => parameter.Split('=')[0]).Append("count=true").Append("limit=1000");
        return new($"{Entities}?{string.Join('&', distinct)}".Replace("&limit=1000", "", StringComparison.Ordinal), MediaType: MediaType(random));
    }

    private static string MediaType(Random random) => random.Next(5) == 0 ? "application/geo+json" : "application/json";
}
