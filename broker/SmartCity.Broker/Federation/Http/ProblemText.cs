using System.Text;
using System.Text.Json;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Federation.Http;

/// <summary>What a source says is wrong (RFC 7807; ETSI GS CIM 009 5.5.2, 5.5.3): not to be trusted, so bounded and printable.</summary>
/// <param name="Kind">Null where it names none of the standard's errors.</param>
/// <param name="Text">Empty where it says nothing.</param>
internal readonly record struct ProblemText(NgsiLdErrorKind? Kind, string Text)
{
    private const int Longest = 200;

    public static ProblemText Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 16 });
            return Read(document.RootElement);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    public static ProblemText Read(JsonElement problem)
    {
        if (problem.ValueKind == JsonValueKind.String) return new(null, Printable(problem.GetString()!));
        if (problem.ValueKind != JsonValueKind.Object) return default;
        var kind = String(problem, "type") is { } type ? KindOf(type) : null;
        if (kind == NgsiLdErrorKind.InternalError) kind = FailureOf(problem);
        var (title, detail) = (String(problem, "title"), String(problem, "detail"));
        var text = title is null || detail is null || detail.Contains(title, StringComparison.Ordinal) ? detail ?? title ?? "" : $"{title}: {detail}";
        return new(kind, Printable(text));
    }

    /// <summary>Without anything that could break out of a header or a line, and cut where it is long.</summary>
    public static string Printable(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= Longest) return shown.Append("...").ToString();
            shown.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? " " : rune.ToString());
        }

        return shown.ToString().Trim();
    }

    private static NgsiLdErrorKind? KindOf(string type)
    {
        var name = type.AsSpan(type.LastIndexOf('/') + 1);
        return Enum.TryParse<NgsiLdErrorKind>(name, out var kind) && Enum.IsDefined(kind) && char.IsAsciiLetter(name[0])
            && kind is not (NgsiLdErrorKind.SourceFailed or NgsiLdErrorKind.SourceLoop or NgsiLdErrorKind.SourceTimeout)
            ? kind
            : null;
    }

    // Whatever has failed there has not failed here; by the status, it says how (6.3.17).
    private static NgsiLdErrorKind FailureOf(JsonElement problem) =>
        problem.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.Number && status.TryGetInt32(out var code)
            ? code switch
            {
                504 => NgsiLdErrorKind.SourceTimeout,
                508 => NgsiLdErrorKind.SourceLoop,
                _ => NgsiLdErrorKind.SourceFailed,
            }
            : NgsiLdErrorKind.SourceFailed;

    private static string? String(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
