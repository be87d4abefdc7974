using System.Text;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Contexts;

public class CompactionTests
{
    private const string Default = "https://uri.etsi.org/ngsi-ld/default-context/";

    public static TheoryData<string, string, string> Compactions => new()
    {
        { "{}", Default + "speed", "speed" },
        { "{}", "https://uri.etsi.org/ngsi-ld/location", "location" },
        { "{}", "https://uri.etsi.org/ngsi-ld/hasValue", "value" },
        { "{}", "https://example.org/speed", "https://example.org/speed" },
        // A prefix that 4.6.2 does not let clients write is not used.
        { "{}", "https://uri.etsi.org/ngsi-ld/other", "https://uri.etsi.org/ngsi-ld/other" },
        { "{}", Default, Default },
        { "{}", Default + "location", Default + "location" },
        { "{}", Default + "a:b", Default + "a:b" },
        { """{"speed": "https://example.org/speed"}""", "https://example.org/speed", "speed" },
        // The short name is taken: the fully qualified one is shown.
        { """{"speed": "https://example.org/speed"}""", Default + "speed", Default + "speed" },
        { """{"velocity": "https://example.org/s", "speed": "https://example.org/s"}""", "https://example.org/s", "speed" },
        { """{"b": "https://example.org/s", "a": "https://example.org/s"}""", "https://example.org/s", "a" },
        { """{"ex": "https://example.org/"}""", "https://example.org/speed", "ex:speed" },
        { """{"ex": "https://example.org/", "v": "https://example.org/v/"}""", "https://example.org/v/speed", "v:speed" },
        { """{"ex": "https://example.org/"}""", "https://example.org/a/b", "https://example.org/a/b" },
        { """{"ex": "https://example.org/", "ex:speed": "https://a.org/"}""", "https://example.org/speed", "https://example.org/speed" },
        { """{"@vocab": "https://example.org/v#"}""", "https://example.org/v#speed", "speed" },
        { """{"@vocab": "https://example.org/v#"}""", "https://example.org/v#location", "https://example.org/v#location" },
        { """{"@vocab": "https://example.org/v#"}""", Default + "speed", Default + "speed" },
        { """{"location": "https://example.org/place"}""", "https://example.org/place", "https://example.org/place" },
        { """{"place": "location"}""", "https://uri.etsi.org/ngsi-ld/location", "location" },
    };

    [Theory]
    [MemberData(nameof(Compactions))]
    public void An_IRI_becomes_the_shortest_name_that_expands_back(string context, string iri, string name)
    {
        var compiled = CompiledContext.Of(context);

        Assert.Equal(name, compiled.Compact(iri));
        Assert.Equal(iri, compiled.Expand(name));
        Assert.Equal($"\"{name}\"", Encoding.UTF8.GetString(compiled.CompactJson(Names.Intern(iri))));
    }

    [Fact]
    public void Compacted_names_are_escaped_for_JSON()
    {
        var name = Names.Intern("https://example.org/\"quoted\"");

        Assert.Equal("\"https://example.org/\\\"quoted\\\"\"", Encoding.UTF8.GetString(Context.Core.CompactJson(name)));
    }

    [Fact]
    public void Compacted_names_stay_right_while_many_threads_ask_for_new_ones()
    {
        var context = CompiledContext.Of("""{"ex": "https://example.org/"}""");

        Parallel.For(0, 20_000, i =>
        {
            var number = i % 5_000;
            var name = Names.Intern($"https://example.org/n{number}");
            Assert.Equal($"\"ex:n{number}\"", Encoding.UTF8.GetString(context.CompactJson(name)));
        });
    }

    [Theory]
    [InlineData("{\"a\":\"https://a.org/\"}", "[{\"a\":\"https://a.org/\"},\"" + CoreContext.Uri + "\"]")]
    [InlineData("[ ]", "[\"" + CoreContext.Uri + "\"]")]
    [InlineData("[{}, null]", "[{},null,\"" + CoreContext.Uri + "\"]")]
    public void The_context_is_shown_with_the_core_last(string context, string json)
    {
        var compiled = CompiledContext.Of(context);

        Assert.Equal(json, Encoding.UTF8.GetString(compiled.Json));
        Assert.Null(compiled.Uri);
    }

    [Fact]
    public void A_context_at_a_URL_is_shown_by_its_URL()
    {
        var context = ContextCompiler.Compile([], "https://example.org/c.jsonld").Value;

        Assert.Equal($"[\"https://example.org/c.jsonld\",\"{CoreContext.Uri}\"]", Encoding.UTF8.GetString(context.Json));
        Assert.Equal("https://example.org/c.jsonld", context.Uri);
        Assert.Equal($"\"{CoreContext.Uri}\"", Encoding.UTF8.GetString(Context.Core.Json));
    }

    [Theory]
    [InlineData("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld", true)]
    [InlineData("http://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld", true)]
    [InlineData("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.3.jsonld", true)]
    [InlineData("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.3.1.jsonld", true)]
    [InlineData("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld", true)]
    [InlineData("https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v2.jsonld", false)]
    [InlineData("https://uri.etsi.org.example.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld", false)]
    [InlineData("ftp://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld", false)]
    [InlineData("https://uri.etsi.org/ngsi-ld/v1/", false)]
    public void The_core_context_is_known_by_every_version_of_its_URI(string uri, bool isCore) =>
        Assert.Equal(isCore, CoreContext.Is(uri));
}
