using System.Text;
using SmartCity.NgsiLd.Contexts;
using Xunit;

namespace SmartCity.NgsiLd.Tests.Contexts;

public class ExpansionTests
{
    private const string Default = "https://uri.etsi.org/ngsi-ld/default-context/";

    [Theory]
    [InlineData("speed", Default + "speed")]
    [InlineData("location", "https://uri.etsi.org/ngsi-ld/location")]
    [InlineData("value", "https://uri.etsi.org/ngsi-ld/hasValue")]
    [InlineData("description", "http://purl.org/dc/terms/description")]
    [InlineData("coordinates", "https://purl.org/geojson/vocab#coordinates")]
    [InlineData("attributeCount", Default + "attributeCount")]
    [InlineData("type", "@type")]
    [InlineData("@type", "@type")]
    [InlineData("https://example.org/speed", "https://example.org/speed")]
    [InlineData("urn:x:speed", "urn:x:speed")]
    [InlineData("ngsi-ld:speed", "https://uri.etsi.org/ngsi-ld/speed")]
    public void The_core_context_expands(string term, string iri) => Assert.Equal(iri, Context.Core.Expand(term));

    public static TheoryData<string, string, string> Definitions => new()
    {
        { """{"speed": "https://example.org/speed"}""", "speed", "https://example.org/speed" },
        { """{"speed": {"@id": "https://example.org/speed", "@type": "@id"}}""", "speed", "https://example.org/speed" },
        { """{"ex": "https://example.org/", "speed": "ex:speed"}""", "speed", "https://example.org/speed" },
        { """{"speed": "ex:speed", "ex": "https://example.org/"}""", "speed", "https://example.org/speed" },
        { """{"ex": "https://example.org/"}""", "ex:speed", "https://example.org/speed" },
        { """{"ex": "https://example.org/ns#"}""", "ex:speed", "https://example.org/ns#speed" },
        // No delimiter at its end: not a prefix (JSON-LD 1.1, 4.1.5), unless it says so.
        { """{"ex": "https://example.org/ns"}""", "ex:speed", "ex:speed" },
        { """{"ex": {"@id": "https://example.org/ns-", "@prefix": true}}""", "ex:speed", "https://example.org/ns-speed" },
        { """{"ex": "https://example.org/"}""", "ex://speed", "ex://speed" },
        { """{"https": "https://example.org/"}""", "https://other.org/x", "https://other.org/x" },
        { """{"@vocab": "https://example.org/v#"}""", "speed", "https://example.org/v#speed" },
        { """{"@vocab": "https://example.org/v#"}""", "location", "https://uri.etsi.org/ngsi-ld/location" },
        { """{"@vocab": "https://example.org/v#", "speed": "velocity"}""", "speed", "https://example.org/v#velocity" },
        { """{"speed": "velocity"}""", "speed", Default + "velocity" },
        { """{"speed": {"@type": "DateTime"}}""", "speed", Default + "speed" },
        { """{"ex": "https://example.org/", "ex:speed": {"@type": "@id"}}""", "ex:speed", "https://example.org/speed" },
        { """[{"speed": "https://a.org/speed"}, {"speed": "https://b.org/speed"}]""", "speed", "https://b.org/speed" },
        { """[{"speed": "https://a.org/speed"}, null]""", "speed", Default + "speed" },
        { """[{"ex": "https://a.org/"}, {"speed": "ex:speed"}]""", "speed", "https://a.org/speed" },
        { """[{"speed": "https://a.org/speed"}, {"speed": null}]""", "speed", Default + "speed" },
        { """{"speed": {"@id": null}}""", "speed", Default + "speed" },
        { """{"kind": "@type"}""", "kind", "@type" },
        { """{"kind": "type"}""", "kind", "@type" },
        { """{"place": "location"}""", "place", "https://uri.etsi.org/ngsi-ld/location" },
        { """{"measure": "ngsi-ld:measure"}""", "measure", "https://uri.etsi.org/ngsi-ld/measure" },
        // The core context has absolute precedence (5.5.7).
        { """{"location": "https://example.org/place"}""", "location", "https://uri.etsi.org/ngsi-ld/location" },
        { """{"value": null}""", "value", "https://uri.etsi.org/ngsi-ld/hasValue" },
        { """{"type": "https://example.org/type"}""", "type", "@type" },
        { """{"ngsi-ld": "https://example.org/", "speed": "ngsi-ld:speed"}""", "speed", "https://uri.etsi.org/ngsi-ld/speed" },
        // What concerns values or documents changes no name.
        { """{"@base": "https://example.org/", "@language": "en", "@version": 1.1, "@protected": true}""", "speed", Default + "speed" },
        { """{"@later": "https://example.org/"}""", "@later", "@later" },
        { """{"temp\u00e9rature": "https://example.org/t"}""", "température", "https://example.org/t" },
        { "[]", "speed", Default + "speed" },
        { "{}", "speed", Default + "speed" },
    };

    [Theory]
    [MemberData(nameof(Definitions))]
    public void A_user_context_expands(string context, string term, string iri) =>
        Assert.Equal(iri, CompiledContext.Of(context).Expand(term));

    [Theory]
    [InlineData("42", "neither a URI nor an object nor null")]
    [InlineData("\"not a uri\"", "not a uri is not an absolute URI")]
    [InlineData("[[]]", "neither a URI nor an object nor null")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"speed": 1}""", "the term speed is neither")]
    [InlineData("""{"speed": {"@id": 1}}""", "the @id of the term speed")]
    [InlineData("""{"speed": {"@id": "https://example.org/s", "@context": {}}}""", "the term speed has a scoped @context")]
    [InlineData("""{"speed": {"@context": {"value": "https://example.org/v"}}}""", "the term speed has a scoped @context")]
    [InlineData("""{"@context": {}}""", "holds another @context")]
    [InlineData("""{"speed": "@context"}""", "another name for @context")]
    [InlineData("""{"": "https://example.org/"}""", "empty string")]
    [InlineData("""{"speed": ""}""", "the term speed stands for the empty string")]
    [InlineData("""{"a": "b:x", "b": "a:y"}""", "is defined by itself")]
    [InlineData("""{"a": "b", "b": "a"}""", "is defined by itself")]
    [InlineData("""{"speed": "https://example.org/<script>"}""", "the term speed stands for")]
    [InlineData("""{"@vocab": 1}""", "@vocab is not a string")]
    [InlineData("""{"speed": "https://a.org/s", "speed": "https://b.org/s"}""", "speed occurs twice")]
    [InlineData("""{"speed": "https://a.org/\ud800"}""", "speed holds an unpaired surrogate")]
    [InlineData("""{"@later": "\ud800"}""", "@later holds an unpaired surrogate")]
    public void A_wrong_context_is_bad_request_data(string context, string reason)
    {
        var error = CompiledContext.Try(context).Error;

        Assert.Equal(NgsiLdErrorKind.BadRequestData, error?.Kind);
        Assert.Contains(reason, error?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_of_terms_is_refused_without_deep_recursion()
    {
        var terms = Enumerable.Range(0, 20_000).Select(i => $"\"t{i}\": \"t{i + 1}:x\"");

        var error = CompiledContext.Try($"{{{string.Join(',', terms)}}}").Error;

        Assert.Contains("a chain of too many others", error?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"p": "https://example.org/LONG/", "a": "p:1"}""", "the term p stands for an IRI of more than 1024 characters")]
    [InlineData("""{"p": {"@id": "https://example.org/LONG/", "@prefix": true}}""", "the term p stands for an IRI of more than 1024 characters")]
    [InlineData("""{"@vocab": "https://example.org/LONG/", "a": "b"}""", "the @vocab has more than 1024 characters")]
    [InlineData("""[{"@vocab": "https://example.org/"}, {"@vocab": "LONG"}]""", "the @vocab has more than 1024 characters")]
    [InlineData("""[{"@vocab": "https://example.org/"}, {"p": "LONG"}]""", "the term p stands for an IRI of more than 1024 characters")]
    [InlineData("""{"LONGLONG": "https://example.org/a"}""", "... has more than 1024 characters")]
    [InlineData("""{"LONG": "https://example.org/LONG"}""", "stands for an IRI of more than 1024 characters")]
    public void What_is_said_at_length_once_does_not_fill_the_memory_again_and_again(string context, string reason) =>
        Assert.Contains(reason, CompiledContext.Try(context.Replace("LONG", new('x', 1020), StringComparison.Ordinal)).Error?.Detail, StringComparison.Ordinal);

    [Fact]
    public void Many_terms_on_a_long_prefix_do_not_fill_the_memory()
    {
        var terms = Enumerable.Range(0, 100_000).Select(i => $"\"{i}\": \"p:{i}\"");
        var context = $"{{\"p\": \"https://example.org/{new string('x', 900)}/\",{string.Join(',', terms)}}}";

        Assert.Contains("its terms have more than 16777216 characters", CompiledContext.Try(context).Error?.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(300, 300)]
    public void An_ordinary_context_costs_its_terms(int terms, int bulk)
    {
        var context = $"{{{string.Join(',', Enumerable.Range(0, terms).Select(i => $"\"t{i}\": \"https://example.org/t{i}\""))}}}";

        Assert.Equal((terms, bulk), (CompiledContext.Of(context).TermCount, CompiledContext.Of(context).Bulk));
    }

    [Fact]
    public void What_a_context_says_at_length_costs_more_to_keep()
    {
        var terms = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"t{i}\": \"p:{i}\""));

        Assert.InRange(CompiledContext.Of($"{{\"p\": \"https://example.org/{new string('x', 1000)}/\",{terms}}}").Bulk, 1000, 1100);
        Assert.InRange(ContextDocument.Parse(Encoding.UTF8.GetBytes($"{{\"t\": \"https://example.org/{new string('x', 1_000_000)}\"}}")).Value.Bulk, 10_000, 10_010);
    }

    [Fact]
    public void Names_without_end_do_not_stay()
    {
        var context = CompiledContext.Of("""{"@vocab": "https://example.org/"}""");
        for (var i = 0; i < 100_000; i++) Assert.Equal($"https://example.org/n{i}", context.Expand($"n{i}"));

        var before = GC.GetTotalMemory(true);
        for (var i = 0; i < 1_000_000; i++) context.Expand($"m{i}");

        // To keep them would take two hundred megabytes; other tests may be running.
        Assert.InRange(GC.GetTotalMemory(true) - before, long.MinValue, 120_000_000);
        GC.KeepAlive(context);
    }

    [Fact]
    public void A_name_seen_before_costs_no_allocation()
    {
        var context = CompiledContext.Of("""{"ex": "https://example.org/", "known": "ex:known"}""");
        Assert.Equal("https://example.org/known", context.Expand("known".AsSpan()));
        Assert.Equal(Default + "speed", context.Expand("speed".AsSpan()));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            context.Expand("known".AsSpan());
            context.Expand("speed".AsSpan());
            context.Expand("location".AsSpan());
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
