using System.Text.Json;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Host.Http.Entities;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Host.Http.EntityMaps;

/// <summary>An EntityMap (ETSI GS CIM 009 5.2.39), and where it is when it is new (6.34.3.1).</summary>
/// <param name="content">The EntityMap with its Entities.</param>
/// <param name="shape">What it is sent as.</param>
/// <param name="made">What there is to tell of its making; null where it is not new.</param>
internal sealed class EntityMapReply(EntityMapContent content, JsonShape shape, MadeEntityMap? made) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        var response = http.Response;
        if (made is not null)
        {
            response.StatusCode = StatusCodes.Status201Created;
            response.Headers.Location = EntityMapHeader.Location(content.Map);
            EntityMapHeader.Tell(response, new(content.Map, IsNew: true));
            WarningHeader.Tell(response, made.Warnings);
        }

        var link = shape.Type == MediaType.LdJson ? "" : ContextLink.Of(shape.Context);
        if (link.Length > 0) response.Headers.Link = link;
        return JsonBody.SendAsync(http, (content, shape), static (json, reply) => Write(json, reply.content, reply.shape), shape.Type);
    }

    private static void Write(Utf8JsonWriter json, EntityMapContent content, JsonShape shape)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, content.Map.Id);
        json.WriteString("type"u8, "EntityMap"u8);
        json.WriteString("expiresAt"u8, Timestamp.Format(content.Map.ExpiresAt));
        json.WriteStartObject("entityMap"u8);
        foreach (var entity in content.Entities)
        {
            json.WriteStartArray(entity.Id);
            foreach (var registration in entity.Registrations) json.WriteStringValue(registration);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteStartObject("linkedMaps"u8);
        foreach (var (registration, linked) in content.Map.Links?.All ?? []) json.WriteString(registration, linked.Id);
        json.WriteEndObject();
        shape.WriteContext(json);
        json.WriteEndObject();
    }
}
