using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Unicode;
using SmartCity.NgsiLd.Json;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// An @context as it is written: what it defines, and which others it names (JSON-LD 1.1, 4.1). Scoped contexts are
/// BadRequestData (ETSI GS CIM 009 5.5.7).
/// </summary>
public sealed class ContextDocument
{
    private const int MaxDepth = 16;

    private ContextDocument(ImmutableArray<ContextPart> parts)
    {
        Parts = parts;
        TermCount = parts.Sum(part => part is LocalContext local ? local.Definitions.Count : 0);
        Bulk = ContextBulk.Of(TermCount + parts.Length, parts.Sum(Characters));
    }

    public ImmutableArray<ContextPart> Parts { get; }

    /// <summary>How many terms it defines itself.</summary>
    public int TermCount { get; }

    /// <summary>What it costs to keep, in terms of ordinary length.</summary>
    public int Bulk { get; }

    /// <summary>One document that says what several say, in their order.</summary>
    public static ContextDocument Merge(IEnumerable<ContextDocument> documents) =>
        new([.. documents.SelectMany(document => document.Parts)]);

    /// <summary>Reads the value of an <c>@context</c> member: a URI, an object, null, or an array of these.</summary>
    public static Result<ContextDocument> Parse(ReadOnlyMemory<byte> json) => Parse(json, null);

    /// <summary>
    /// Reads a document that was fetched: an object with a member <c>@context</c>. Anything else is LdContextNotAvailable.
    /// </summary>
    /// <param name="json">The document.</param>
    /// <param name="baseUri">Where it came from: relative references resolve against it.</param>
    public static Result<ContextDocument> ParseFetched(ReadOnlyMemory<byte> json, Uri baseUri) => Parse(json, baseUri);

    private static long Characters(ContextPart part) => part switch
    {
        RemoteContext remote => remote.Uri.Length,
        LocalContext local => (local.Vocabulary?.Length ?? 0) + local.Definitions.Sum(term => (long)term.Key.Length + (term.Value.Id?.Length ?? 0)),
        _ => 0,
    };

    private static Result<ContextDocument> Parse(ReadOnlyMemory<byte> json, Uri? baseUri)
    {
        if (!Utf8.IsValid(json.Span)) return Unreadable(baseUri, "it is not UTF-8");
        json = WithoutByteOrderMark(json);
        try
        {
            var walker = new JsonWalker(json.Span, MaxDepth, new MemberNames());
            if (!walker.Read() || !walker.Walk(out _))
            {
                return Unreadable(baseUri, $"{JsonPlace.Of(json.Span, walker.ProblemAt)} {walker.Problem}");
            }

            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (baseUri is not null)
            {
                if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("@context", out root))
                {
                    return Unreadable(baseUri, "it holds no member @context");
                }
            }

            return new ContextParser(baseUri).Read(root).Map(parts => new ContextDocument(parts));
        }
        catch (JsonException wrong)
        {
            return Unreadable(baseUri, $"it is not JSON: {wrong.Message}");
        }
    }

    private static ReadOnlyMemory<byte> WithoutByteOrderMark(ReadOnlyMemory<byte> json) =>
        json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;

    private static NgsiLdError Unreadable(Uri? baseUri, string reason) => baseUri is null
        ? NgsiLdError.BadRequestData($"The @context is not valid: {reason}.")
        : new(NgsiLdErrorKind.LdContextNotAvailable, $"{baseUri} is no @context: {reason}.");
}
