using SmartCity.Broker.Entities;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// 207 with a BatchOperationResult (ETSI GS CIM 009 6.4.3.1, 6.5.3): a write of a whole Entity went wrong at some of its places. A
/// creation tells all the same where the Entity is.
/// </summary>
/// <param name="entityId">What was written.</param>
/// <param name="outcome">What came of it.</param>
/// <param name="location">Null unless the Entity was created.</param>
internal sealed class PartialReply(string entityId, WriteOutcome outcome, string? location) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status207MultiStatus;
        if (location is not null) http.Response.Headers.Location = location;
        return JsonBody.SendAsync(
            http, (entityId, outcome.Failures), static (json, result) => BatchResult.Write(json, [result.entityId], result.Failures));
    }
}
