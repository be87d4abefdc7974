using System.Collections.Immutable;
using System.Text.Json;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>Reads the parts of one @context (JSON-LD 1.1 API, context processing, steps 5.1 - 5.13).</summary>
internal sealed class ContextParser(Uri? baseUri)
{
    public Result<ImmutableArray<ContextPart>> Read(JsonElement context)
    {
        var parts = ImmutableArray.CreateBuilder<ContextPart>();
        if (context.ValueKind != JsonValueKind.Array)
        {
            return ReadPart(context, parts) is { } wrong ? wrong : parts.ToImmutable();
        }

        foreach (var element in context.EnumerateArray())
        {
            if (ReadPart(element, parts) is { } wrong) return wrong;
        }

        return parts.ToImmutable();
    }

    private NgsiLdError? ReadPart(JsonElement element, ImmutableArray<ContextPart>.Builder parts)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                parts.Add(new ResetContext());
                return null;
            case JsonValueKind.String:
                return ReadReference(element.GetString()!, parts);
            case JsonValueKind.Object:
                return ReadLocal(element, parts);
            default:
                return Invalid($"{element.ValueKind} is neither a URI nor an object nor null");
        }
    }

    private NgsiLdError? ReadReference(string reference, ImmutableArray<ContextPart>.Builder parts)
    {
        if (!TryResolve(reference, out var uri)) return Invalid($"{reference} is not an absolute URI");
        parts.Add(new RemoteContext(uri));
        return null;
    }

    private bool TryResolve(string reference, out string uri)
    {
        uri = reference;
        var absolute = Uri.TryCreate(reference, UriKind.Absolute, out var parsed) && Iri.IsAbsolute(reference);
        if (!absolute && (baseUri is null || !Uri.TryCreate(baseUri, reference, out parsed))) return false;
        // As written where possible: it names preloaded contexts and appears in answers.
        if (!absolute) uri = parsed!.AbsoluteUri;
        var fragment = uri.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0) uri = uri[..fragment];
        return true;
    }

    private NgsiLdError? ReadLocal(JsonElement element, ImmutableArray<ContextPart>.Builder parts)
    {
        string? vocabulary = null;
        var definitions = new Dictionary<string, TermDefinition>(element.GetPropertyCount(), StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var wrong = member.Name switch
            {
                "@vocab" => ReadVocabulary(member.Value, out vocabulary),
                "@import" => ReadImport(member.Value, parts),
                "@context" => Invalid("it holds another @context"),
                // None of them changes what a name expands to.
                "@base" or "@version" or "@protected" or "@propagate" or "@language" or "@direction" => null,
                _ => ReadTerm(member, definitions),
            };
            if (wrong is not null) return wrong;
        }

        parts.Add(new LocalContext { Vocabulary = vocabulary, Definitions = definitions });
        return null;
    }

    private NgsiLdError? ReadVocabulary(JsonElement value, out string? vocabulary)
    {
        vocabulary = value.ValueKind == JsonValueKind.String ? value.GetString() : "";
        return value.ValueKind is JsonValueKind.String or JsonValueKind.Null ? null : Invalid("@vocab is not a string");
    }

    private NgsiLdError? ReadImport(JsonElement value, ImmutableArray<ContextPart>.Builder parts) =>
        value.ValueKind == JsonValueKind.String ? ReadReference(value.GetString()!, parts) : Invalid("@import is not a string");

    private NgsiLdError? ReadTerm(JsonProperty member, Dictionary<string, TermDefinition> definitions)
    {
        var (term, value) = (member.Name, member.Value);
        if (term.Length == 0) return Invalid("a term is the empty string");
        // JSON-LD 1.1 keeps such names for later keywords and passes over them.
        if (Iri.IsKeyword(term)) return null;
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                definitions[term] = new TermDefinition(null, true, null);
                return null;
            case JsonValueKind.String:
                definitions[term] = new TermDefinition(value.GetString(), false, null);
                return null;
            case JsonValueKind.Object:
                return ReadExpanded(term, value, definitions);
            default:
                return Invalid($"the term {term} is neither a string nor an object nor null");
        }
    }

    private NgsiLdError? ReadExpanded(
        string term, JsonElement value, Dictionary<string, TermDefinition> definitions)
    {
        if (value.TryGetProperty("@context", out _))
        {
            return Invalid($"the term {term} has a scoped @context, which NGSI-LD does not allow");
        }

        // A reverse property names no Attribute.
        if (value.TryGetProperty("@reverse", out _)) return null;
        if (value.TryGetProperty("@type", out var type) && type.ValueKind != JsonValueKind.String)
        {
            return Invalid($"the @type of the term {term} is not a string");
        }

        // An expanded definition is a prefix only where it says so (JSON-LD 1.1, 4.1.5).
        var isPrefix = value.TryGetProperty("@prefix", out var prefix) && prefix.ValueKind == JsonValueKind.True;
        if (!value.TryGetProperty("@id", out var id))
        {
            definitions[term] = new TermDefinition(null, false, isPrefix);
            return null;
        }

        if (id.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            return Invalid($"the @id of the term {term} is not a string");
        }

        definitions[term] = new TermDefinition(id.GetString(), id.ValueKind == JsonValueKind.Null, isPrefix);
        return null;
    }

    private NgsiLdError Invalid(string reason) => NgsiLdError.BadRequestData(
        baseUri is null ? $"The @context is not valid: {reason}." : $"The @context at {baseUri} is not valid: {reason}.");
}
