using System.Collections.Frozen;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>Names to IRIs (ETSI GS CIM 009 5.5.7): the core terms first, then the user's, prefixes, and last the vocabulary.</summary>
internal sealed class Expander
{
    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Core =
        CoreContext.Terms.GetAlternateLookup<ReadOnlySpan<char>>();

    // Names that only the default vocabulary knows expand alike in every @context.
    private static readonly TermCache InDefaultVocabulary = new(16 * 1024);

    private readonly Dictionary<string, Term>.AlternateLookup<ReadOnlySpan<char>> _terms;
    private readonly string? _vocabulary;
    private readonly TermCache? _inVocabulary;

    public Expander(Dictionary<string, Term> terms, string? vocabulary)
    {
        _terms = terms.GetAlternateLookup<ReadOnlySpan<char>>();
        _vocabulary = vocabulary;
        if (vocabulary is not null) _inVocabulary = new TermCache(512);
    }

    public string Vocabulary => _vocabulary ?? CoreContext.DefaultVocabulary;

    public string Expand(ReadOnlySpan<char> term)
    {
        if (Find(term) is { } iri) return iri;
        if (Iri.IsKeyword(term)) return term.ToString();
        var colon = term.IndexOf(':');
        if (colon >= 0) return ExpandQualified(term, colon);
        return _inVocabulary is null
            ? InDefaultVocabulary.Expand(term, CoreContext.DefaultVocabulary, static (name, vocabulary) => vocabulary + name)
            : _inVocabulary.Expand(term, Vocabulary, static (name, vocabulary) => vocabulary + name);
    }

    /// <summary>The IRI of a term that the core or the user defines, or null.</summary>
    public string? Find(ReadOnlySpan<char> term) =>
        Core.TryGetValue(term, out var core) ? core
        : _terms.TryGetValue(term, out var own) ? own.Iri
        : null;

    // JSON-LD 1.1 API, IRI expansion, step 6: what stands before the first colon is a prefix where one is defined,
    // otherwise the name is an IRI already.
    private string ExpandQualified(ReadOnlySpan<char> term, int colon)
    {
        var local = term[(colon + 1)..];
        if (colon > 0 && !local.StartsWith("//", StringComparison.Ordinal) && FindPrefix(term[..colon]) is { } prefix)
        {
            return string.Concat(prefix, local);
        }

        return term.ToString();
    }

    private string? FindPrefix(ReadOnlySpan<char> prefix)
    {
        if (Core.TryGetValue(prefix, out var core)) return Term.EndsLikePrefix(core) ? core : null;
        return _terms.TryGetValue(prefix, out var own) && own.IsPrefix ? own.Iri : null;
    }
}
