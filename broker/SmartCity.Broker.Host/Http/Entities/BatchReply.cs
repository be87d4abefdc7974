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
            return JsonBody.SendAsync(http, outcome, static (json, outcome) =>
                BatchResult.Write(json, outcome.Created.Concat(outcome.Updated).Distinct(), outcome.Errors));
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
}
