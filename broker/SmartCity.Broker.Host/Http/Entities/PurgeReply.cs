using System.Collections.Immutable;
using SmartCity.Broker.Entities;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// 207 with a BatchOperationResult (ETSI GS CIM 009 6.4.3.3): what sources did not purge. Which Entities the others did is not told.
/// </summary>
internal sealed class PurgeReply(ImmutableArray<BatchError> failures) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status207MultiStatus;
        return JsonBody.SendAsync(http, failures, static (json, failures) => BatchResult.Write(json, [], failures));
    }
}
