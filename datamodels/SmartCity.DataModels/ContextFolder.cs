using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartCity.DataModels;

/// <summary>
/// Makes a folder of contexts that a broker preloads (<c>--contexts DIR</c>) out of a copy of the Smart Data Models: each
/// subject's <c>context.jsonld</c> under every URL that data in the wild names it by, and the URLs that stand for all of them. A
/// broker that has the folder needs no internet to understand such data.
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

    /// <summary>Writes the contexts and <c>contexts.json</c>, which names the files of each URL.</summary>
    /// <param name="models">A folder with a folder for each subject (dataModel.Parking ...).</param>
    /// <param name="folder">Where to write; it exists.</param>
    /// <param name="aliases">Further URLs under which all of them together are asked for.</param>
    /// <returns>How many subjects have a context.</returns>
    /// <exception cref="JsonException">A context is not JSON, or none.</exception>
    public static int Write(string models, string folder, params ReadOnlySpan<string> aliases)
    {
        var urls = new JsonObject();
        var files = new List<string>();
        foreach (var subject in Directory.EnumerateDirectories(models).Order(StringComparer.Ordinal))
        {
            var source = Path.Combine(subject, "context.jsonld");
            if (!File.Exists(source)) continue;
            Check(source);
            var name = Path.GetFileName(subject);
            var file = $"{name}.jsonld";
            File.Copy(source, Path.Combine(folder, file), overwrite: true);
            foreach (var url in SubjectUrls) urls[string.Format(CultureInfo.InvariantCulture, url, name)] = file;
            files.Add(file);
        }

        // Where subjects define a term differently, the first by name wins; in a list of files it is the last one.
        foreach (var url in MergedUrls) urls[url] = Reversed(files);
        foreach (var url in aliases) urls[url] = Reversed(files);
        File.WriteAllText(
            Path.Combine(folder, "contexts.json"), urls.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        return files.Count;
    }

    private static JsonArray Reversed(List<string> files) => [.. files.AsEnumerable().Reverse().Select(file => JsonValue.Create(file))];

    private static void Check(string file)
    {
        if (JsonNode.Parse(File.ReadAllText(file))?["@context"] is not JsonObject) throw new JsonException($"{file} holds no object @context");
    }
}
