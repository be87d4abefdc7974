using SmartCity.Broker.Entities;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// 207 with an UpdateResult (ETSI GS CIM 009 5.2.18): Attributes by their full names, since no @context is told (6.3.6).
/// </summary>
internal sealed class UpdateReply(WriteOutcome outcome) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status207MultiStatus;
        return JsonBody.SendAsync(http, outcome, static (json, outcome) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("updated"u8);
            foreach (var name in outcome.Updated) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteStartArray("notUpdated"u8);
            foreach (var attribute in outcome.NotUpdated)
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
