using System.Text.Json;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Host.Http.EntityMaps;

/// <summary>What a client changes of an EntityMap (ETSI GS CIM 009 5.2.39); the rest is the broker's, and ignored.</summary>
/// <param name="ExpiresAt">Null where it stays.</param>
internal readonly record struct EntityMapFragment(DateTimeOffset? ExpiresAt)
{
    public static Result<EntityMapFragment> Read(ReadOnlyMemory<byte> body, Limits limits)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = limits.JsonDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : NgsiLdError.BadRequestData("the body is no JSON object");
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

    private static Result<EntityMapFragment> Read(JsonElement fragment)
    {
        DateTimeOffset? expiresAt = null;
        foreach (var member in fragment.EnumerateObject())
        {
            var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
            switch (member.Name)
            {
                case "id" or "entityMap" or "linkedMaps" or "@context":
                    break;
                case "type":
                    if (text != "EntityMap") return NgsiLdError.BadRequestData("type is not EntityMap");
                    break;
                case "expiresAt":
                    if (text is null || !Timestamp.TryParse(text, out var time)) return NgsiLdError.BadRequestData("expiresAt is no DateTime");
                    expiresAt = time.Value;
                    break;
                default:
                    return NgsiLdError.BadRequestData($"{member.Name} is no member of an EntityMap");
            }
        }

        return new EntityMapFragment(expiresAt);
    }
}
