namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// IRIs to names (ETSI GS CIM 009 5.5.7). Whatever it answers expands back to the same IRI in the same @context; among the
/// terms of one IRI the shortest wins, then the first by code point, as JSON-LD does.
/// </summary>
internal sealed class Compactor
{
    private readonly Expander _expander;
    private readonly Dictionary<string, string> _termsByIri = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _prefixes;

    public Compactor(Dictionary<string, Term> terms, Expander expander)
    {
        _expander = expander;
        var prefixes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, term) in terms)
        {
            if (term.Iri[0] == '@') continue;
            Keep(_termsByIri, term.Iri, name);
            if (term.IsPrefix && Term.EndsLikePrefix(term.Iri)) Keep(prefixes, term.Iri, name);
        }

        _prefixes = prefixes.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Compact(string iri)
    {
        if (CoreContext.TermsByIri.TryGetValue(iri, out var core)) return core;
        if (_termsByIri.TryGetValue(iri, out var own)) return own;
        return WithoutVocabulary(iri) ?? WithPrefix(iri) ?? iri;
    }

    private string? WithoutVocabulary(string iri)
    {
        var vocabulary = _expander.Vocabulary;
        if (iri.Length == vocabulary.Length || !iri.StartsWith(vocabulary, StringComparison.Ordinal)) return null;
        var name = iri[vocabulary.Length..];
        return ExpandsBack(name, iri) ? name : null;
    }

    private string? WithPrefix(string iri)
    {
        if (_prefixes.Dictionary.Count == 0) return null;
        // The longest prefix gives the shortest name behind it.
        for (var end = iri.Length - 1; end > 0; end--)
        {
            if (!_prefixes.TryGetValue(iri.AsSpan(0, end), out var prefix)) continue;
            var name = $"{prefix}:{iri.AsSpan(end)}";
            // 4.6.2 restricts what a client may send: a short name that it could not send back is no use to it.
            if (TermName.IsName(name) && ExpandsBack(name, iri)) return name;
        }

        return null;
    }

    private bool ExpandsBack(string name, string iri) => string.Equals(_expander.Expand(name), iri, StringComparison.Ordinal);

    private static void Keep(Dictionary<string, string> names, string iri, string name)
    {
        if (names.TryGetValue(iri, out var other) && IsBetter(other, name)) return;
        names[iri] = name;
    }

    private static bool IsBetter(string left, string right) =>
        left.Length < right.Length || (left.Length == right.Length && string.CompareOrdinal(left, right) < 0);
}
