using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Http;

/// <summary>Reads what sources say of writes: nothing, an UpdateResult, or a BatchOperationResult (ETSI GS CIM 009 5.2.16 - 5.2.19).</summary>
internal static class WriteAnswers
{
    private const string NotTold = "the source does not tell what has become of it";

    /// <summary>The answer to the write of one Entity.</summary>
    public static Result<SourceWritten> One(SourceReply reply, Context context)
    {
        var written = new SourceWritten(reply.Status == 201, []);
        if (reply.Status != 207) return written;
        if (!Parse(reply.Body).TryGet(out var parsed, out var error)) return error;
        using var document = parsed;
        var result = document.RootElement;
        if (result.ValueKind != JsonValueKind.Object) return Strange;
        var notUpdated = ImmutableArray.CreateBuilder<NotUpdatedAttribute>();
        foreach (var item in Items(result, "notUpdated"))
        {
            if (Text(item, "attributeName") is not { } name || !TermName.IsNameOrIri(name)) return Strange;
            notUpdated.Add(new(context.Expand(name), ProblemText.Printable(Text(item, "reason") ?? NotTold)));
        }

        var errors = Errors(result);
        var isDone = Items(result, "updated").Any() || Items(result, "success").Any();
        if (notUpdated.Count + errors.Length == 0 && !isDone) return Strange;
        // Where no Attribute was written, that is an answer all the same (6.6.3.2); of an Entity there is nothing then.
        return written with { NotUpdated = notUpdated.ToImmutable(), Errors = errors, IsNothing = !isDone && notUpdated.Count == 0 };
    }

    /// <summary>The answer to a batch: each item ends up in one of the lists.</summary>
    public static Result<BatchOutcome> Batch(SourceReply reply, BatchKind kind, ImmutableArray<Entity> items)
    {
        // 201 names what is new, 204 says that nothing is, and older versions give 200 with either.
        if (reply.Body.IsEmpty && reply.Status != 207) return Done(reply, kind, items);
        if (!Parse(reply.Body).TryGet(out var parsed, out var error)) return error;
        using var document = parsed;
        var result = document.RootElement;
        if (result.ValueKind == JsonValueKind.Array)
        {
            var created = Strings(result);
            return Outcome(items, id => created.Contains(id) ? (true, null) : kind == BatchKind.Create ? (false, NotTold) : (false, null));
        }

        if (result.ValueKind != JsonValueKind.Object) return Strange;
        var hasSuccess = result.TryGetProperty("success", out var success);
        // An object that says nothing of results says what an empty body does.
        if (!hasSuccess && reply.Status != 207 && !result.TryGetProperty("errors", out _)) return Done(reply, kind, items);
        var done = hasSuccess && success.ValueKind == JsonValueKind.Array ? Strings(success) : [];
        var failed = Errors(result).GroupBy(one => one.EntityId).ToDictionary(group => group.Key, group => group.First().Error);
        // What succeeded at one place and failed at another of the source's own is in both lists.
        return Outcome(items, id => done.Contains(id) ? (kind == BatchKind.Create, null) : (false, NotTold), failed.GetValueOrDefault);
    }

    private static NgsiLdError Strange { get; } = NgsiLdError.BadRequestData("it is no result of a write.");

    // What is not named is new where the status says that something is.
    private static BatchOutcome Done(SourceReply reply, BatchKind kind, ImmutableArray<Entity> items)
    {
        var isNew = kind == BatchKind.Create || (reply.Status == 201 && kind is (BatchKind.UpsertReplace or BatchKind.UpsertUpdate));
        return Outcome(items, _ => (isNew, null));
    }

    private static BatchOutcome Outcome(
        ImmutableArray<Entity> items, Func<string, (bool IsCreated, string? Problem)> tell, Func<string, NgsiLdError?>? errorOf = null)
    {
        var created = ImmutableArray.CreateBuilder<string>();
        var updated = ImmutableArray.CreateBuilder<string>();
        var errors = ImmutableArray.CreateBuilder<BatchError>();
        foreach (var item in items)
        {
            var (isCreated, problem) = tell(item.Id);
            var error = errorOf?.Invoke(item.Id) ?? (problem is null ? null : new(NgsiLdErrorKind.SourceFailed, problem));
            if (error is not null) errors.Add(new(item.Id, error));
            if (problem is null) (isCreated ? created : updated).Add(item.Id);
        }

        return new(created.ToImmutable(), updated.ToImmutable(), errors.ToImmutable());
    }

    private static ImmutableArray<BatchError> Errors(JsonElement result)
    {
        var errors = ImmutableArray.CreateBuilder<BatchError>();
        foreach (var item in Items(result, "errors"))
        {
            var problem = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("error", out var error) ? ProblemText.Read(error) : default;
            errors.Add(new(
                Text(item, "entityId") ?? "",
                new(problem.Kind ?? NgsiLdErrorKind.SourceFailed, string.IsNullOrEmpty(problem.Text) ? NotTold : problem.Text)));
        }

        return errors.ToImmutable();
    }

    private static Result<JsonDocument> Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, new() { MaxDepth = 32 });
        }
        catch (JsonException broken)
        {
            return NgsiLdError.InvalidRequest(broken.Message);
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement result, string member) =>
        result.TryGetProperty(member, out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : [];

    private static HashSet<string> Strings(JsonElement array) =>
        [.. array.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(TextOf).OfType<string>()];

    private static string? Text(JsonElement item, string member) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? TextOf(value)
            : null;

    // Null where it is no Unicode.
    private static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
