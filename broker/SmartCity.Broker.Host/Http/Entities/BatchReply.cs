using System.Text.Json;
using SmartCity.Broker.Entities;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// What a batch came to (ETSI GS CIM 009 6.14 - 6.17, 6.31): 201 with the ids that are new, 204 where none is, 207 with a
/// BatchOperationResult where something failed.
/// </summary>
internal sealed class BatchReply(BatchOutcome outcome) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        if (!outcome.Errors.IsEmpty)
        {
            http.Response.StatusCode = StatusCodes.Status207MultiStatus;
            return JsonBody.SendAsync(http, outcome, static (json, outcome) => WriteResult(json, outcome));
        }

        if (outcome.Created.IsEmpty) return EmptyReply.NoContent.SendAsync(http);
        http.Response.StatusCode = StatusCodes.Status201Created;
        return JsonBody.SendAsync(http, outcome.Created, static (json, ids) =>
        {
            json.WriteStartArray();
            foreach (var id in ids) json.WriteStringValue(id);
            json.WriteEndArray();
        });
    }

    // ETSI GS CIM 009 5.2.16, 5.2.17.
    private static void WriteResult(Utf8JsonWriter json, BatchOutcome outcome)
    {
        json.WriteStartObject();
        json.WriteStartArray("success"u8);
        foreach (var id in outcome.Created.Concat(outcome.Updated).Distinct()) json.WriteStringValue(id);
        json.WriteEndArray();
        json.WriteStartArray("errors"u8);
        foreach (var (id, error) in outcome.Errors)
        {
            json.WriteStartObject();
            json.WriteString("entityId"u8, id);
            json.WritePropertyName("error"u8);
            ErrorReply.Write(json, error, ErrorStatus.Of(error.Kind));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
