using System.Text.Json;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.DataModels;
using SmartCity.NgsiLd.Contexts;
using Xunit;

namespace SmartCity.Broker.Tests.Contexts;

/// <summary>From a copy of data models to a folder of contexts, and from there into the broker.</summary>
public sealed class ContextFolderTests : IDisposable
{
    private readonly DirectoryInfo _work = Directory.CreateTempSubdirectory("contexts");
    private readonly string _models;
    private readonly string _folder;

    public ContextFolderTests()
    {
        _models = _work.CreateSubdirectory("models").FullName;
        _folder = _work.CreateSubdirectory("contexts").FullName;
    }

    public void Dispose() => _work.Delete(recursive: true);

    [Fact]
    public async Task Each_subject_has_its_context_and_the_first_wins_where_all_are_meant()
    {
        Write("dataModel.A", """{"@context": {"speed": "https://example.org/a/speed"}}""");
        Write("dataModel.B", """{"@context": {"speed": "https://example.org/b/speed", "mass": "https://example.org/b/mass"}}""");
        Directory.CreateDirectory(Path.Combine(_models, "dataModel.WithoutContext"));

        Assert.Equal(2, ContextFolder.Write(_models, _folder, "https://example.org/all.jsonld"));

        using var resolver = new ContextResolver(PreloadedContexts.Load(_folder), MemoryContexts.Kept(), Gates.ToLoopback(), Limits.Default, TimeProvider.System);
        foreach (var url in (string[])["https://smartdatamodels.org/context.jsonld", "https://example.org/all.jsonld"])
        {
            var all = (await resolver.ResolveAsync(ContextReference.Link(url), default)).Value;
            Assert.Equal(("https://example.org/a/speed", "https://example.org/b/mass"), (all.Expand("speed"), all.Expand("mass")));
        }

        var own = await resolver.ResolveAsync(ContextReference.Link("https://smart-data-models.github.io/dataModel.B/context.jsonld"), default);
        Assert.Equal("https://example.org/b/speed", own.Value.Expand("speed"));
        Assert.Equal(["contexts.json", "dataModel.A.jsonld", "dataModel.B.jsonld"], Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_that_is_no_context_is_named()
    {
        Write("dataModel.A", "{}");
        Assert.Contains("dataModel.A", Assert.Throws<JsonException>(() => ContextFolder.Write(_models, _folder)).Message, StringComparison.Ordinal);
    }

    private void Write(string subject, string json)
    {
        Directory.CreateDirectory(Path.Combine(_models, subject));
        File.WriteAllText(Path.Combine(_models, subject, "context.jsonld"), json);
    }
}
