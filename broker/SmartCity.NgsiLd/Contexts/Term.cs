namespace SmartCity.NgsiLd.Contexts;

/// <summary>What a term of a user @context stands for.</summary>
/// <param name="Iri">An IRI, or a JSON-LD keyword that the term is another name for.</param>
/// <param name="IsPrefix">Whether <c>term:name</c> is an IRI in short (JSON-LD 1.1, 4.1.5).</param>
internal readonly record struct Term(string Iri, bool IsPrefix)
{
    /// <summary>JSON-LD 1.1 takes a simple term for a prefix where its IRI ends in a delimiter of RFC 3986.</summary>
    public static bool EndsLikePrefix(string iri) => iri.Length > 0 && iri[^1] is ':' or '/' or '?' or '#' or '[' or ']' or '@';
}
