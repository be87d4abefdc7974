using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartCity.DataModels;

/// <summary>
/// Makes a folder of contexts that a broker preloads (<c>--contexts DIR</c>) out of a copy of the Smart Data Models: each
/// subject's <c>context.jsonld</c> under every URL that data in the wild names it by, and all of them merged. A broker that
/// has the folder needs no internet to understand such data.
/// </summary>
public static class ContextFolder
{
    private static readonly string[] SubjectUrls =
    [
        "https://raw.githubusercontent.com/smart-data-models/{0}/master/context.jsonld",
        "https://raw.githubusercontent.com/smart-data-models/{0}/refs/heads/master/context.jsonld",
        "https://smart-data-models.github.io/{0}/context.jsonld",
    ];

    // Each names all subjects at once, and lies in no subject's repository.
    private static readonly string[] MergedUrls =
    [
        "https://smartdatamodels.org/context.jsonld",
        "https://raw.githubusercontent.com/smart-data-models/data-models/master/context.jsonld",
        "https://smart-data-models.github.io/data-models/context.jsonld",
        "https://fiware.github.io/data-models/context.jsonld",
    ];

    /// <summary>Writes the contexts and <c>contexts.json</c>, which maps URLs to files.</summary>
    /// <param name="models">A folder with a folder for each subject (dataModel.Parking ...).</param>
    /// <param name="folder">Where to write; it exists.</param>
    /// <param name="aliases">Further URLs under which the merged context is asked for.</param>
    /// <returns>How many subjects have a context.</returns>
    /// <exception cref="JsonException">A context is not JSON.</exception>
    public static int Write(string models, string folder, params ReadOnlySpan<string> aliases)
    {
        var files = new JsonObject();
        var merged = new JsonObject();
        var subjects = 0;
        // Where subjects define a term differently, the first by name wins: the order must not depend on the file system.
        foreach (var subject in Directory.EnumerateDirectories(models).Order(StringComparer.Ordinal))
        {
            var source = Path.Combine(subject, "context.jsonld");
            if (!File.Exists(source)) continue;
            subjects++;
            var name = Path.GetFileName(subject);
            var file = $"{name}.jsonld";
            File.Copy(source, Path.Combine(folder, file), overwrite: true);
            foreach (var url in SubjectUrls) files[string.Format(CultureInfo.InvariantCulture, url, name)] = file;
            foreach (var (term, definition) in Terms(source))
            {
                if (!merged.ContainsKey(term)) merged[term] = definition?.DeepClone();
            }
        }

        const string Merged = "merged.jsonld";
        File.WriteAllText(Path.Combine(folder, Merged), new JsonObject { ["@context"] = merged }.ToJsonString());
        foreach (var url in MergedUrls) files[url] = Merged;
        foreach (var url in aliases) files[url] = Merged;
        File.WriteAllText(
            Path.Combine(folder, "contexts.json"), files.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return subjects;
    }

    private static JsonObject Terms(string file) =>
        JsonNode.Parse(File.ReadAllText(file))?["@context"] as JsonObject
        ?? throw new JsonException($"{file} holds no object @context");
}
