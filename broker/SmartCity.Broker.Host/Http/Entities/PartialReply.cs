using System.Collections.Immutable;
using SmartCity.Broker.Entities;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// 207 with a BatchOperationResult (ETSI GS CIM 009 6.4.3.1, 6.5.3, 6.3.17): a write of a whole Entity went wrong at some of its places. A
/// creation tells all the same where the Entity is.
/// </summary>
/// <param name="entityId">What was written.</param>
/// <param name="failures">What of it went wrong.</param>
/// <param name="location">Null unless the Entity was created.</param>
internal sealed class PartialReply(string entityId, ImmutableArray<BatchError> failures, string? location) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status207MultiStatus;
        if (location is not null) http.Response.Headers.Location = location;
        return JsonBody.SendAsync(
            http, (entityId, failures), static (json, result) => BatchResult.Write(json, [result.entityId], result.failures));
    }
}
