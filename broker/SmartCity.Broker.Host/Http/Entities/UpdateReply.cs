using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// 207 with an UpdateResult (ETSI GS CIM 009 5.2.18): Attributes by their full names, since no @context is told (6.3.6).
/// </summary>
internal sealed class UpdateReply(IEnumerable<string> updated, ImmutableArray<NotUpdatedAttribute> notUpdated) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status207MultiStatus;
        return JsonBody.SendAsync(http, (updated, notUpdated), static (json, result) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("updated"u8);
            foreach (var name in result.updated) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteStartArray("notUpdated"u8);
            foreach (var attribute in result.notUpdated)
            {
                json.WriteStartObject();
                json.WriteString("attributeName"u8, attribute.Name);
                json.WriteString("reason"u8, attribute.Reason);
                if (attribute.RegistrationId is { } id) json.WriteString("registrationId"u8, id);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
