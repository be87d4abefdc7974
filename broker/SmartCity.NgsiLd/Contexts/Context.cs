using System.Text;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// A compiled @context: terms to IRIs and back (ETSI GS CIM 009 4.4, 5.5.7). Immutable and shared; the core context always
/// has precedence. Compacted names are remembered per instance, as the bytes that a response needs.
/// </summary>
public sealed class Context
{
    private readonly Expander _expander;
    private readonly Lazy<Compactor> _compactor;
    private readonly Lazy<CompactedNames> _compactedNames;
    private readonly byte[] _json;

    internal Context(Dictionary<string, Term> terms, string? vocabulary, string? uri, byte[] json, int bulk = 0)
    {
        _expander = new Expander(terms, vocabulary);
        // Many contexts are only ever expanded with: the way back is built when it is first asked for.
        _compactor = new(() => new Compactor(terms, _expander));
        _compactedNames = new(() => new CompactedNames(_compactor.Value));
        _json = json;
        Uri = uri;
        TermCount = terms.Count;
        Bulk = bulk;
    }

    /// <summary>The default @context: the core context alone (ETSI GS CIM 009 5.5.5).</summary>
    public static Context Core { get; } =
        new(new(StringComparer.Ordinal), null, CoreContext.Uri, Encoding.UTF8.GetBytes($"\"{CoreContext.Uri}\""));

    /// <summary>
    /// Where a client can fetch it: what the Link header names (ETSI GS CIM 009 6.3.6). Null where it came inside a body
    /// and no single URL stands for it.
    /// </summary>
    public string? Uri { get; }

    /// <summary>The value of an <c>@context</c> member that says the same, as UTF-8 JSON, the core context last.</summary>
    public ReadOnlySpan<byte> Json => _json;

    /// <summary>How many terms the user defines.</summary>
    public int TermCount { get; }

    /// <summary>What it costs to keep, in terms of ordinary length.</summary>
    public int Bulk { get; }

    /// <summary>The IRI of an Attribute name or an Entity type; terms that no context knows fall into the default vocabulary.</summary>
    public string Expand(string term) => _expander.Expand(term);

    /// <inheritdoc cref="Expand(string)"/>
    public string Expand(ReadOnlySpan<char> term) => _expander.Expand(term);

    /// <summary>The shortest term for an IRI, or the IRI itself. It always expands back to the same IRI.</summary>
    public string Compact(string iri) => _compactor.Value.Compact(iri);

    /// <summary>The compacted name as a JSON string with its quotes, escaped: <c>"speed"</c>. Remembered by name number.</summary>
    public ReadOnlySpan<byte> CompactJson(Entities.Name name) => _compactedNames.Value.Get(name);

    /// <summary>What <see cref="CompactJson"/> looks into, for those who ask often.</summary>
    internal CompactedNames CompactedNames => _compactedNames.Value;
}
