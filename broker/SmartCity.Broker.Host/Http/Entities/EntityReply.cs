using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>One Entity (ETSI GS CIM 009 6.5.3.1).</summary>
internal sealed class EntityReply(PackedEntity entity, Shape shape, Context context) : Reply
{
    public override async Task SendAsync(HttpContext http)
    {
        using var buffer = new PooledBuffer(4096);
        shape.TellVersion(http.Response, EntityWriter.Write(entity, shape.Representation, context, buffer));
        var link = shape.Representation.IncludeContext ? "" : ContextLinks.For(context);
        if (link.Length > 0) http.Response.Headers.Link = link;
        await JsonBody.SendAsync(http, buffer.Written, shape.Type.Text());
    }
}
