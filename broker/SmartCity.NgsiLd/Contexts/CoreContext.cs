using System.Collections.Frozen;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// The terms of the core @context (ETSI GS CIM 009 annex B), which no user @context can redefine (4.4, 5.5.7). Every
/// published version of it stands for the newest one.
/// </summary>
public static class CoreContext
{
    /// <summary>The version whose terms these are.</summary>
    public const string Uri = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld";

    /// <summary>Names that no @context knows fall into this vocabulary.</summary>
    public const string DefaultVocabulary = "https://uri.etsi.org/ngsi-ld/default-context/";

    /// <summary>The namespace of the core terms themselves.</summary>
    public const string Namespace = "https://uri.etsi.org/ngsi-ld/";

    private const string GeoJson = "https://purl.org/geojson/vocab#";
    private const string DublinCore = "http://purl.org/dc/terms/";

    internal static FrozenDictionary<string, string> Terms { get; } = ReadTerms().ToFrozenDictionary(StringComparer.Ordinal);

    internal static FrozenDictionary<string, string> TermsByIri { get; } =
        Terms.Where(t => t.Value[0] != '@').ToFrozenDictionary(t => t.Value, t => t.Key, StringComparer.Ordinal);

    /// <summary>Whether the URI names the core @context, in any of its versions, by http or https.</summary>
    public static bool Is(string uri)
    {
        const string WithoutScheme = "://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context";
        const string Extension = ".jsonld";
        var rest = uri.AsSpan();
        if (rest.StartsWith("https", StringComparison.OrdinalIgnoreCase)) rest = rest[5..];
        else if (rest.StartsWith("http", StringComparison.OrdinalIgnoreCase)) rest = rest[4..];
        if (!rest.StartsWith(WithoutScheme, StringComparison.OrdinalIgnoreCase)) return false;
        if (!rest.EndsWith(Extension, StringComparison.Ordinal)) return false;
        var version = rest[WithoutScheme.Length..^Extension.Length];
        return version.IsEmpty || (version.StartsWith("-v1.", StringComparison.Ordinal) && IsNumber(version[4..]));
    }

    // 1.3 as well as 1.3.1: the early versions were published with three numbers.
    private static bool IsNumber(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept("0123456789.");

    private static Dictionary<string, string> ReadTerms()
    {
        var terms = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(terms, CoreTerms.Ngsi, Namespace);
        Add(terms, CoreTerms.Geo, GeoJson);
        Add(terms, CoreTerms.Metadata, DublinCore);
        foreach (var (term, name) in CoreTerms.Renamed) terms.Add(term, Namespace + name);
        terms.Add("ngsi-ld", Namespace);
        terms.Add("geojson", GeoJson);
        terms.Add("id", "@id");
        terms.Add("type", "@type");
        // Annex B defines these two by relative names, which its own @vocab completes.
        Add(terms, "attributeCount attributeDetails", DefaultVocabulary);
        terms.Add("langString", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString");
        return terms;
    }

    private static void Add(Dictionary<string, string> terms, string names, string prefix)
    {
        foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries)) terms.Add(name, prefix + name);
    }
}
