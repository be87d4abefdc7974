using SmartCity.Broker.Contexts;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.NgsiLd.Contexts;
using Xunit;

namespace SmartCity.Broker.Tests.Contexts;

public sealed class PreloadedContextsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("contexts").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public async Task A_list_gives_each_URL_its_file_or_several()
    {
        Write("a/context.jsonld", "speed");
        Write("b/context.jsonld", "mass");
        Write("other.jsonld", "colour");
        File.WriteAllText(Path.Combine(_folder, "contexts.json"), """
            {
              "https://example.org/a.jsonld": "a/context.jsonld",
              "https://example.org/merged.jsonld": "*/context.jsonld",
              "https://example.org/more.jsonld": ["*/context.jsonld", "other.jsonld"]
            }
            """);

        Assert.Equal(("https://example.org/speed", false), await Expand("https://example.org/a.jsonld", "speed", "mass"));
        Assert.Equal(("https://example.org/mass", true), await Expand("https://example.org/merged.jsonld", "mass", "speed"));
        Assert.Equal(("https://example.org/colour", true), await Expand("https://example.org/more.jsonld", "colour", "speed"));
    }

    [Fact]
    public async Task Without_a_list_the_names_of_files_are_URLs()
    {
        Write("https%3A%2F%2Fexample.org%2Fc.jsonld", "speed");
        Write("https%3A%2F%2Fexample.org%2Fd.jsonld", "mass");

        Assert.Equal(2, PreloadedContexts.Load(_folder).Count);
        Assert.Equal(("https://example.org/speed", false), await Expand("https://example.org/c.jsonld", "speed", "mass"));
        Assert.Equal(("https://example.org/mass", false), await Expand("https://example.org/d.jsonld", "mass", "speed"));
    }

    [Theory]
    [InlineData("""{"https://example.org/c": "missing.jsonld"}""", "does not exist")]
    [InlineData("""{"https://example.org/c": "wrong.jsonld"}""", "it holds no member @context")]
    [InlineData("""{"c": "wrong.jsonld"}""", "c is no URL")]
    public void What_is_wrong_is_said_at_start(string list, string reason)
    {
        File.WriteAllText(Path.Combine(_folder, "wrong.jsonld"), "{}");
        File.WriteAllText(Path.Combine(_folder, "contexts.json"), list);

        var wrong = Assert.Throws<InvalidDataException>(() => PreloadedContexts.Load(_folder));

        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
    }

    private void Write(string name, string term)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "{\"@context\": {\"" + term + "\": \"https://example.org/" + term + "\"}}");
    }

    // What the term expands to, and whether the context knows the other one.
    private async Task<(string Iri, bool KnowsOther)> Expand(string url, string term, string other)
    {
        using var resolver = new ContextResolver(PreloadedContexts.Load(_folder), MemoryContexts.Kept(), Gates.ToLoopback(), Limits.Default, TimeProvider.System);
        var context = (await resolver.ResolveAsync(ContextReference.Link(url), default)).Value;
        return (context.Expand(term), context.Expand(other).StartsWith("https://example.org/", StringComparison.Ordinal));
    }
}
