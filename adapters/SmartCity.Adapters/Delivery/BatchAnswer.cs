using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace SmartCity.Adapters.Delivery;

/// <summary>
/// What the broker has answered to a batch (ETSI GS CIM 009 5.2.16 BatchOperationResult, 5.2.17 BatchEntityError).
/// </summary>
internal sealed class BatchAnswer
{
    private readonly Dictionary<string, EntityError> _errors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _successes = new(StringComparer.Ordinal);

    private BatchAnswer(int status, string detail)
    {
        Status = status;
        Detail = detail;
    }

    internal int Status { get; }

    /// <summary>Why the whole batch was refused.</summary>
    internal string Detail { get; }

    internal bool IsSuccess => Status is >= 200 and < 300 && !IsMixed;

    internal bool IsMixed => Status == (int)HttpStatusCode.MultiStatus;

    /// <summary>The same request may succeed later.</summary>
    internal bool IsPassing => Status is >= 500 or 408 or 429;

    /// <summary>One bad Entity can spoil a batch in these ways, so a part of it may succeed.</summary>
    internal bool MayBeOneEntity => Status is 400 or 413 or 422;

    internal EntityError? ErrorOf(string id) => _errors.GetValueOrDefault(id);

    internal bool HasSucceeded(string id) => _successes.Contains(id) && !_errors.ContainsKey(id);

    internal static BatchAnswer Read(int status, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var answer = new BatchAnswer(status, root.ValueKind == JsonValueKind.Object ? Describe(root) : "");
            if (status == (int)HttpStatusCode.MultiStatus && root.ValueKind == JsonValueKind.Object) answer.ReadMixed(root);
            return answer;
        }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 300)]).Trim();
            return new BatchAnswer(status, text);
        }
    }

    private void ReadMixed(JsonElement root)
    {
        if (root.TryGetProperty("success", out var successes) && successes.ValueKind == JsonValueKind.Array)
            foreach (var id in successes.EnumerateArray())
                if (id.ValueKind == JsonValueKind.String) _successes.Add(id.GetString()!);

        if (!root.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array) return;
        foreach (var error in errors.EnumerateArray())
        {
            if (error.ValueKind != JsonValueKind.Object || Text(error, "entityId") is not { } id) continue;
            var details = error.TryGetProperty("error", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : error;
            var status = details.TryGetProperty("status", out var number) && number.TryGetInt32(out var code) ? code : 400;
            _errors[id] = new EntityError(status, Describe(details));
        }
    }

    private static string Describe(JsonElement problem)
    {
        var parts = new[] { Text(problem, "title"), Text(problem, "detail") }.OfType<string>().Distinct().ToList();
        return parts.Count > 0 ? string.Join(": ", parts) : problem.GetRawText();
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public override string ToString() =>
        Detail.Length > 0 ? $"{Status.ToString(CultureInfo.InvariantCulture)} {Detail}" : Status.ToString(CultureInfo.InvariantCulture);
}

internal sealed record EntityError(int Status, string Reason)
{
    internal bool IsPassing => Status is >= 500 or 408 or 429;
}
