using System.Text.Json;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>Reads a document of a resource as a whole: what is wrong with any of its members is told together.</summary>
internal static class MemberDocument
{
    /// <summary>Invalid JSON is InvalidRequest, invalid data BadRequestData (ETSI GS CIM 009 5.5.4).</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="maxDepth">How deep JSON may nest.</param>
    /// <param name="members">Collects what is wrong.</param>
    /// <param name="read">Reads the members; what it gives is used where nothing is wrong.</param>
    public static Result<T> Read<T>(ReadOnlyMemory<byte> utf8, int maxDepth, MemberReader members, Func<JsonElement, T> read)
    {
        if (!System.Text.Unicode.Utf8.IsValid(utf8.Span)) return NgsiLdError.InvalidRequest("the body is not valid UTF-8");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, new() { MaxDepth = maxDepth, AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            return NgsiLdError.InvalidRequest($"the body is not valid JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // A member name that is an unpaired surrogate, met while looking for duplicates.
            return NgsiLdError.InvalidRequest("the body is not valid JSON: a name holds half a surrogate pair");
        }

        using (document)
        {
            var value = read(document.RootElement);
            return members.Problems.Count == 0 ? value : NgsiLdError.BadRequestData(string.Join("; ", members.Problems));
        }
    }
}
