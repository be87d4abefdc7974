using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// A query as a body (ETSI GS CIM 009 5.2.23): its members mean what the parameters of the same names mean, only that it may
/// select by several <c>entities</c>.
/// </summary>
internal static class QueryDocument
{
    /// <summary>Adds the document's members to the parameters of the URL, and gives its selectors.</summary>
    /// <param name="body">The document.</param>
    /// <param name="parameters">Takes its members.</param>
    /// <param name="context">Expands names.</param>
    /// <param name="limits">How deep JSON may nest, and more.</param>
    /// <param name="isTemporal">Whether time and aggregation are members, too (ETSI GS CIM 009 5.2.21, 5.2.44).</param>
    public static Result<ImmutableArray<EntitySelector>> Read(
        ReadOnlyMemory<byte> body, QueryParameters parameters, Context context, Limits limits, bool isTemporal)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = limits.JsonDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object) return NgsiLdError.BadRequestData("the body is no JSON object");
            return Read(document.RootElement, parameters, context, limits, isTemporal);
        }
        catch (JsonException invalid)
        {
            return NgsiLdError.InvalidRequest($"the body is not valid JSON: {invalid.Message}");
        }
        catch (InvalidOperationException)
        {
            return NgsiLdError.InvalidRequest("the body has a string that is not valid Unicode");
        }
    }

    private static Result<ImmutableArray<EntitySelector>> Read(
        JsonElement query, QueryParameters parameters, Context context, Limits limits, bool isTemporal)
    {
        if (!query.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "Query")
        {
            return NgsiLdError.BadRequestData("type is not Query");
        }

        ImmutableArray<EntitySelector> selectors = [];
        foreach (var member in query.EnumerateObject())
        {
            NgsiLdError? error = null;
            switch (member.Name)
            {
                case "type" or "@context":
                    break;
                case "entities":
                    EntitySelectors.Read(member.Value, context, limits).TryGet(out selectors, out error);
                    break;
                case "geoQ":
                    error = ReadGeo(member.Value, parameters, limits);
                    break;
                case "temporalQ" or "aggrParams" when isTemporal:
                    error = ReadTime(member, parameters, limits);
                    break;
                case "q" or "csf" or "scopeQ" or "lang" or "expandValues" or "jsonKeys" or "splitEntities"
                    or "attrs" or "pick" or "omit" or "datasetId":
                    error = Set(member, parameters, limits);
                    break;
                case "entityMap" or "entityMapLifetime":
                    error = Set(member, parameters, limits);
                    break;
                case "join" or "joinLevel" or "containedBy" when !isTemporal:
                    error = Set(member, parameters, limits);
                    break;
                case "ordering":
                    error = ReadOrdering(member.Value, parameters, limits);
                    break;
                default:
                    error = NgsiLdError.BadRequestData($"{member.Name} is not known to this operation");
                    break;
            }

            if (error is not null) return error;
        }

        return selectors;
    }

    private static NgsiLdError? ReadGeo(JsonElement geo, QueryParameters parameters, Limits limits)
    {
        if (geo.ValueKind != JsonValueKind.Object) return NgsiLdError.BadRequestData("geoQ is no JSON object");
        foreach (var member in geo.EnumerateObject())
        {
            if (member.Name is not ("georel" or "geometry" or "coordinates" or "geoproperty"))
            {
                return NgsiLdError.BadRequestData($"geoQ.{member.Name} is not known to this operation");
            }

            if (Set(member, parameters, limits) is { } error) return error;
        }

        return null;
    }

    private static NgsiLdError? ReadTime(JsonProperty given, QueryParameters parameters, Limits limits)
    {
        if (given.Value.ValueKind != JsonValueKind.Object) return NgsiLdError.BadRequestData($"{given.Name} is no JSON object");
        foreach (var member in given.Value.EnumerateObject())
        {
            var parameter = ParameterNames.Find(member.Name) & Parameters.Time;
            if (parameter == Parameters.None || (given.Name == "aggrParams" && (parameter & Parameters.Aggregation) == 0))
            {
                return NgsiLdError.BadRequestData($"{given.Name}.{member.Name} is not known to this operation");
            }

            // Both members may say how to aggregate.
            if (parameters[parameter] is not null) return NgsiLdError.BadRequestData($"{member.Name} is given twice");
            if (Set(member, parameters, limits) is { } error) return error;
        }

        return null;
    }

    // ETSI GS CIM 009 5.2.43: two of its members have other names as parameters.
    private static NgsiLdError? ReadOrdering(JsonElement ordering, QueryParameters parameters, Limits limits)
    {
        if (ordering.ValueKind != JsonValueKind.Object) return NgsiLdError.BadRequestData("ordering is no JSON object");
        foreach (var member in ordering.EnumerateObject())
        {
            var parameter = member.Name switch
            {
                "orderBy" => Parameters.OrderBy,
                "collation" => Parameters.Collation,
                "geometry" => Parameters.OrderGeometry,
                "coordinates" => Parameters.OrderFrom,
                _ => Parameters.None,
            };
            if (parameter == Parameters.None) return NgsiLdError.BadRequestData($"ordering.{member.Name} is not known to this operation");
            if (Set(member, parameter, parameters, limits) is { } error) return error;
        }

        return null;
    }

    private static NgsiLdError? Set(JsonProperty member, QueryParameters parameters, Limits limits) =>
        Set(member, ParameterNames.Find(member.Name), parameters, limits);

    private static NgsiLdError? Set(JsonProperty member, Parameters parameter, QueryParameters parameters, Limits limits)
    {
        var text = member.Value.ValueKind switch
        {
            JsonValueKind.String when member.Name != "joinLevel" => member.Value.GetString()!,
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Array when member.Name == "coordinates" => member.Value.GetRawText(),
            JsonValueKind.Number when member.Name is "joinLevel" or "lastN" => member.Value.GetRawText(),
            JsonValueKind.Array when member.Name is "attrs" or "pick" or "omit" or "datasetId" or "containedBy" or "aggrMethods" or "orderBy" =>
                Join(member.Value),
            _ => null,
        };
        if (string.IsNullOrEmpty(text)) return NgsiLdError.BadRequestData($"{member.Name} has a value of the wrong kind, or none");
        return parameters.Set(parameter, text, limits);
    }

    private static string? Join(JsonElement array)
    {
        var words = new List<string>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String) return null;
            words.Add(item.GetString()!);
        }

        return string.Join(',', words);
    }
}
