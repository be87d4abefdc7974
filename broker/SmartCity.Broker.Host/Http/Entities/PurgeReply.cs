using System.Collections.Immutable;
using SmartCity.Broker.Entities;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// 207 with a BatchOperationResult (ETSI GS CIM 009 6.4.3.3): what sources did not purge, and what is known to be purged.
/// </summary>
internal sealed class PurgeReply(ImmutableArray<string> ids, ImmutableArray<BatchError> failures) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status207MultiStatus;
        return JsonBody.SendAsync(http, (ids, failures), static (json, result) => BatchResult.Write(json, result.ids, result.failures));
    }
}
