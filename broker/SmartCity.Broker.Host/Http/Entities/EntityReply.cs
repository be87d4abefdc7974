using SmartCity.Broker.Contexts;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>One Entity (ETSI GS CIM 009 6.5.3.1), or an array of it and what it links to (4.5.23.3).</summary>
/// <param name="retrieved">The Entity.</param>
/// <param name="links">What it links to.</param>
/// <param name="shape">How it is shown.</param>
/// <param name="context">Compacts its names.</param>
internal sealed class EntityReply(RetrievedEntity retrieved, GatheredLinks links, Shape shape, Context context) : Reply
{
    public override async Task SendAsync(HttpContext http)
    {
        using var buffer = new PooledBuffer(4096);
        var (entity, linked) = (retrieved.Entity, links.Linked);
        var written = shape.Representation.Join.Kind == JoinKind.Flat
            ? EntityWriter.WriteAll([entity], shape.Representation, context, buffer, linked)
            : EntityWriter.Write(entity, shape.Representation, context, buffer, linked);
        if (written.IsTooLarge)
        {
            await new ErrorReply(linked!.Bounds.Exceeded).SendAsync(http);
            return;
        }

        shape.TellVersion(http.Response, written.IsAltered);
        var link = shape.Representation.IncludeContext ? "" : ContextLink.Of(context);
        if (link.Length > 0) http.Response.Headers.Link = link;
        EntityMapHeader.Tell(http.Response, retrieved.Map);
        WarningHeader.Tell(http.Response, retrieved.Warnings, links.Warnings);
        await JsonBody.SendAsync(http, buffer.Written, shape.Type.Text());
    }
}
