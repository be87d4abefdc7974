using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>The member <c>entities</c> of a query document (ETSI GS CIM 009 5.2.33).</summary>
internal static class EntitySelectors
{
    public static Result<ImmutableArray<EntitySelector>> Read(JsonElement entities, Context context, Limits limits)
    {
        if (entities.ValueKind != JsonValueKind.Array || entities.GetArrayLength() == 0)
        {
            return NgsiLdError.BadRequestData("entities is no array with an element");
        }

        var selectors = ImmutableArray.CreateBuilder<EntitySelector>();
        foreach (var element in entities.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object) return NgsiLdError.BadRequestData("entities has an element that is no JSON object");
            if (!ReadOne(element, context, limits).TryGet(out var selector, out var error)) return error;
            selectors.Add(selector);
        }

        return selectors.ToImmutable();
    }

    private static Result<EntitySelector> ReadOne(JsonElement element, Context context, Limits limits)
    {
        var selector = new EntitySelector();
        foreach (var member in element.EnumerateObject())
        {
            if (member.Name == "id")
            {
                if (!Ids(member.Value).TryGet(out var ids, out var error)) return error;
                selector = selector with { Ids = ids };
                continue;
            }

            if (member.Value.ValueKind != JsonValueKind.String) return NgsiLdError.BadRequestData($"entities.{member.Name} is no string");
            var text = member.Value.GetString()!;
            if (text.Length > limits.QueryCharacters)
            {
                return new NgsiLdError(NgsiLdErrorKind.TooComplexQuery, $"entities.{member.Name} has more than {limits.QueryCharacters} characters");
            }

            NgsiLdError? problem;
            switch (member.Name)
            {
                case "type":
                    if (!TypeSelectionParser.Parse(text, context).TryGet(out var type, out problem)) return problem;
                    selector = selector with { Type = type };
                    break;
                case "idPattern":
                    if (!IdPattern.Parse(text).TryGet(out var pattern, out problem)) return problem;
                    selector = selector with { IdPattern = pattern };
                    break;
                default:
                    return NgsiLdError.BadRequestData($"entities.{member.Name} is not known");
            }
        }

        if (selector.Type is null) return NgsiLdError.BadRequestData("entities has an element without type");
        // id takes precedence over idPattern (ETSI GS CIM 009 5.2.33).
        return selector.Ids.IsEmpty ? selector : selector with { IdPattern = null };
    }

    private static Result<ImmutableArray<string>> Ids(JsonElement value)
    {
        var ids = ImmutableArray.CreateBuilder<string>();
        if (value.ValueKind != JsonValueKind.Array)
        {
            if (Id(value) is not { } one) return NgsiLdError.BadRequestData("entities.id is no URI");
            ids.Add(one);
            return ids.ToImmutable();
        }

        foreach (var item in value.EnumerateArray())
        {
            if (Id(item) is not { } one) return NgsiLdError.BadRequestData("entities.id has an element that is no URI");
            ids.Add(one);
        }

        return ids.ToImmutable();
    }

    private static string? Id(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text && EntityIds.IsUri(text) ? text : null;
}
