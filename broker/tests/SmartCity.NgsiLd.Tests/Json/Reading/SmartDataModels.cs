using System.Text.Json;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Tests.Json.Reading;

/// <summary>The published Smart Data Models beside the repository, where they are: their contexts, and their examples.</summary>
internal sealed class SmartDataModels
{
    private readonly Dictionary<string, ContextDocument> _bySubject = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Context> _compiled = new(StringComparer.Ordinal);
    private readonly string _folder;

    private SmartDataModels(string folder)
    {
        _folder = folder;
        foreach (var subject in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            var file = Path.Combine(subject, "context.jsonld");
            if (!File.Exists(file)) continue;
            var read = ContextDocument.ParseFetched(File.ReadAllBytes(file), new Uri("https://smartdatamodels.org/"));
            _bySubject.Add(Path.GetFileName(subject), read.Value);
        }
    }

    /// <summary>Null where they are not at hand.</summary>
    public static SmartDataModels? Find()
    {
        var shared = Environment.GetEnvironmentVariable("SMARTCITY_SHARED");
        for (var at = AppContext.BaseDirectory; shared is null && at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "SmartCity.sln"))) shared = Path.Combine(Path.GetDirectoryName(at)!, "shared");
        }

        var folder = Path.Combine(shared ?? "", "smart-data-models");
        return Directory.Exists(folder) ? new SmartDataModels(folder) : null;
    }

    public IEnumerable<(string Name, byte[] Json)> NormalizedExamples() =>
        Directory.EnumerateFiles(_folder, "example-normalized.jsonld", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (NameOf(file), File.ReadAllBytes(file)));

    /// <summary>The @context that an example names; the merged one stands for subjects that are not at hand.</summary>
    public Context ContextOf(byte[] example)
    {
        using var json = JsonDocument.Parse(example);
        if (!json.RootElement.TryGetProperty("@context", out var named)) return Context.Core;
        var key = named.GetRawText();
        if (_compiled.TryGetValue(key, out var known)) return known;
        var document = ContextDocument.Parse(System.Text.Encoding.UTF8.GetBytes(key)).Value;
        var parts = document.Parts.SelectMany(part => part is RemoteContext remote ? PartsOf(remote.Uri) : [part]);
        return _compiled[key] = ContextCompiler.Compile(parts, System.Text.Encoding.UTF8.GetBytes(key)).Value;
    }

    private IEnumerable<ContextPart> PartsOf(string uri)
    {
        if (CoreContext.Is(uri)) return [];
        var subject = uri.Split('/').FirstOrDefault(_bySubject.ContainsKey);
        return subject is null ? _bySubject.Values.SelectMany(document => document.Parts) : _bySubject[subject].Parts;
    }

    private string NameOf(string file) =>
        Path.GetRelativePath(_folder, Path.GetDirectoryName(Path.GetDirectoryName(file))!).Replace('\\', '/');
}
