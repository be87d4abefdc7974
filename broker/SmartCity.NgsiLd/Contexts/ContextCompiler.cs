namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// Makes a <see cref="Context"/> of definitions in the order in which they take effect (JSON-LD 1.1 API, create term
/// definition; ETSI GS CIM 009 5.5.7). References have been replaced by what they lead to.
/// </summary>
public sealed class ContextCompiler
{
    // Definitions that build on one another are followed by recursion; no real @context comes near.
    private const int LongestChain = 64;

    /// <summary>
    /// Characters of a term, and of an IRI that a term or the vocabulary stands for. As a prefix an IRI is repeated in each name that is
    /// built on it, and a term wherever answers name what it stands for, so that without a bound little would unpack to any size.
    /// </summary>
    public const int LongestIri = 1024;

    /// <summary>Characters of all terms and their IRIs together; a context of ten thousand ordinary terms has one million.</summary>
    public const int MostCharacters = 16 * 1024 * 1024;

    private readonly Dictionary<string, Term> _terms = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inProgress = new(StringComparer.Ordinal);
    private string? _vocabulary;
    private Expander _expander;
    private long _characters;

    private ContextCompiler() => _expander = new Expander(_terms, null);

    /// <summary>Compiles a @context that a single URL stands for.</summary>
    public static Result<Context> Compile(IEnumerable<ContextPart> parts, string uri) =>
        Compile(parts, uri, ContextJson.OfUri(uri));

    /// <summary>Compiles a @context that came inside a body.</summary>
    /// <param name="parts">What it defines.</param>
    /// <param name="json">How it was written: a valid value of an <c>@context</c> member.</param>
    public static Result<Context> Compile(IEnumerable<ContextPart> parts, ReadOnlyMemory<byte> json) =>
        Compile(parts, null, ContextJson.WithCore(json.Span));

    private static Result<Context> Compile(IEnumerable<ContextPart> parts, string? uri, byte[] json)
    {
        var compiler = new ContextCompiler();
        foreach (var part in parts)
        {
            if (compiler.Add(part) is { } wrong) return wrong;
        }

        return new Context(compiler._terms, compiler._vocabulary, uri, json, ContextBulk.Of(compiler._terms.Count, compiler._characters));
    }

    private NgsiLdError? Add(ContextPart part)
    {
        switch (part)
        {
            case ResetContext:
                _terms.Clear();
                UseVocabulary(null);
                return null;
            case LocalContext local:
                return Add(local);
            default:
                throw new ArgumentException("References are followed before contexts are compiled.", nameof(part));
        }
    }

    private NgsiLdError? Add(LocalContext local)
    {
        // 1. The vocabulary, which relative names below fall into.
        if (local.Vocabulary is { } vocabulary && SetVocabulary(vocabulary) is { } bad) return bad;
        // 2. Each term; whichever it builds on goes first.
        var pending = new Dictionary<string, TermDefinition>(local.Definitions, StringComparer.Ordinal);
        foreach (var term in local.Definitions.Keys)
        {
            if (Define(term, pending) is { } wrong) return wrong;
        }

        return null;
    }

    private NgsiLdError? SetVocabulary(string vocabulary)
    {
        var expanded = vocabulary.Length == 0 ? null : _expander.Expand(vocabulary);
        if (expanded is not null && !Iri.IsAbsolute(expanded))
        {
            return Invalid($"the @vocab {vocabulary} is not an absolute IRI");
        }

        if (expanded?.Length > LongestIri) return Invalid($"the @vocab has more than {LongestIri} characters");

        UseVocabulary(expanded);
        return null;
    }

    private void UseVocabulary(string? vocabulary)
    {
        _vocabulary = vocabulary;
        _expander = new Expander(_terms, vocabulary);
    }

    private NgsiLdError? Define(string term, Dictionary<string, TermDefinition> pending)
    {
        if (!pending.TryGetValue(term, out var definition)) return null;
        if (term.Length > LongestIri) return Invalid($"the term {term.AsSpan(0, 100)}... has more than {LongestIri} characters");
        if (_inProgress.Count == LongestChain) return Invalid($"the term {term} hangs on a chain of too many others");
        if (!_inProgress.Add(term)) return Invalid($"the term {term} is defined by itself");
        var iri = "";
        var wrong = definition.IsNull ? null : Expand(definition.Id ?? term, term, pending, out iri);
        _inProgress.Remove(term);
        pending.Remove(term);
        if (wrong is not null) return wrong;
        if (iri.Length > LongestIri) return Invalid($"the term {term} stands for an IRI of more than {LongestIri} characters");
        if ((_characters += term.Length + iri.Length) > MostCharacters) return Invalid($"its terms have more than {MostCharacters} characters");
        if (!definition.IsNull && !Iri.IsKeyword(iri) && !Iri.MayStart(iri))
        {
            return Invalid($"the term {term} stands for {iri}, which is no IRI");
        }

        // Core terms keep their meaning whatever users say (5.5.7).
        if (CoreContext.Terms.ContainsKey(term)) return null;
        if (definition.IsNull) _terms.Remove(term);
        else _terms[term] = new Term(iri, definition.IsPrefix ?? Term.EndsLikePrefix(iri));
        return null;
    }

    // JSON-LD 1.1 API, IRI expansion, while a local context is being read.
    private NgsiLdError? Expand(string value, string defining, Dictionary<string, TermDefinition> pending, out string iri)
    {
        iri = value;
        if (value == "@context") return Invalid($"the term {defining} is another name for @context");
        if (Iri.IsKeyword(value)) return null;
        if (value.Length == 0) return Invalid($"the term {defining} stands for the empty string");
        // A term may stand for itself: then its own name tells what it is.
        if (value != defining && Define(value, pending) is { } wrong) return wrong;
        if (value != defining && _expander.Find(value) is { } known)
        {
            iri = known;
            return null;
        }

        var colon = value.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            iri = _expander.Vocabulary + value;
            return null;
        }

        var prefix = value[..colon];
        if (prefix != defining && Define(prefix, pending) is { } bad) return bad;
        iri = _expander.Expand(value);
        return null;
    }

    private static NgsiLdError Invalid(string reason) => NgsiLdError.BadRequestData($"The @context is not valid: {reason}.");
}
