using System.Collections.Frozen;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>
/// Contexts that are known without fetching them: a broker without internet resolves them all the same. They are read from
/// a folder once, when the broker starts.
/// </summary>
public sealed class PreloadedContexts
{
    private const string ListName = "contexts.json";

    private readonly FrozenDictionary<string, LoadedContext> _documents;

    private PreloadedContexts(IEnumerable<KeyValuePair<string, ContextDocument>> documents) =>
        _documents = documents.ToFrozenDictionary(
            entry => entry.Key,
            entry => new LoadedContext(entry.Value, DateTimeOffset.MaxValue, new ContextSource(entry.Key)),
            StringComparer.Ordinal);

    public static PreloadedContexts None { get; } = new([]);

    public int Count => _documents.Count;

    /// <summary>
    /// Reads a folder. Where it holds a <c>contexts.json</c>, that is an object of URL to file name, to a pattern such as
    /// <c>*/context.jsonld</c>, or to an array of these; the terms of several files are merged in the order given, and in
    /// order of path for a pattern. Otherwise the name of each <c>.jsonld</c> file is its URL, percent-encoded.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is no @context, or is missing: said at start, not with the first request.</exception>
    public static PreloadedContexts Load(string folder)
    {
        var list = Path.Combine(folder, ListName);
        return File.Exists(list) ? LoadListed(folder, list) : LoadNamed(folder);
    }

    internal IEnumerable<LoadedContext> All => _documents.Values;

    /// <summary>Null where the URL is none of those.</summary>
    internal LoadedContext? Find(string url) => _documents.GetValueOrDefault(url);

    private static PreloadedContexts LoadListed(string folder, string list)
    {
        var documents = new Dictionary<string, ContextDocument>(StringComparer.Ordinal);
        using var entries = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var entry in entries.RootElement.EnumerateObject())
        {
            var names = entry.Value.ValueKind == JsonValueKind.Array
                ? entry.Value.EnumerateArray().Select(name => name.GetString()!)
                : [entry.Value.GetString()!];
            var files = names.SelectMany(name => Files(folder, name)).Select(file => Read(file, entry.Name));
            documents[entry.Name] = ContextDocument.Merge(files);
        }

        return new PreloadedContexts(documents);
    }

    private static PreloadedContexts LoadNamed(string folder) =>
        new(Directory.EnumerateFiles(folder, "*.jsonld").Select(file =>
        {
            var url = Uri.UnescapeDataString(Path.GetFileName(file));
            return KeyValuePair.Create(url, Read(file, url));
        }));

    private static IEnumerable<string> Files(string folder, string name)
    {
        if (!name.Contains('*', StringComparison.Ordinal)) return [Path.Combine(folder, name)];
        return name.StartsWith("*/", StringComparison.Ordinal)
            ? Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
                .Select(directory => Path.Combine(directory, name[2..])).Where(File.Exists)
            : Directory.EnumerateFiles(folder, name).Order(StringComparer.Ordinal);
    }

    private static ContextDocument Read(string file, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) throw new InvalidDataException($"{file}: {url} is no URL.");
        if (!File.Exists(file)) throw new InvalidDataException($"{file} for {url} does not exist.");
        var read = ContextDocument.ParseFetched(File.ReadAllBytes(file), uri);
        return read.TryGet(out var document, out var error) ? document : throw new InvalidDataException($"{file}: {error.Detail}");
    }
}
