using System.Globalization;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>A page of Entities (ETSI GS CIM 009 6.4.3.2).</summary>
/// <param name="page">The page.</param>
/// <param name="links">What its Entities link to.</param>
/// <param name="shape">How its Entities are shown.</param>
/// <param name="context">Compacts their names.</param>
/// <param name="neighbours">Link values to the next and the previous page, each after a comma.</param>
internal sealed class EntitiesReply(EntityAnswer page, GatheredLinks links, Shape shape, Context context, string neighbours) : Reply
{
    public override async Task SendAsync(HttpContext http)
    {
        using var buffer = new PooledBuffer(16 * 1024);
        var linked = links.Linked;
        var written = EntityWriter.WriteAll(page.Entities, shape.Representation, context, buffer, linked);
        if (written.IsTooLarge)
        {
            await new ErrorReply(linked!.Bounds.Exceeded).SendAsync(http);
            return;
        }

        if (page.Map is { IsNew: true }) http.Response.StatusCode = StatusCodes.Status201Created;
        shape.TellVersion(http.Response, written.IsAltered);
        var headers = http.Response.Headers;
        var link = shape.Representation.IncludeContext ? "" : ContextLink.Of(context);
        if (neighbours.Length > 0) link = link.Length > 0 ? link + neighbours : neighbours[2..];
        if (link.Length > 0) headers.Link = link;
        if (page.Total is { } total) headers[Paging.CountHeader] = total.ToString(CultureInfo.InvariantCulture);
        EntityMapHeader.Tell(http.Response, page.Map);
        WarningHeader.Tell(http.Response, page.Warnings, links.Warnings);
        await JsonBody.SendAsync(http, buffer.Written, shape.Type.Text());
    }
}
