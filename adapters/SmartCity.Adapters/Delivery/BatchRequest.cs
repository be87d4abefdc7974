using System.Buffers;
using System.Net.Http.Headers;

namespace SmartCity.Adapters.Delivery;

/// <summary>Makes the HTTP request of a batch of Entities.</summary>
internal static class BatchRequest
{
    internal static HttpRequestMessage Create(BrokerSettings broker, IReadOnlyList<PendingEntity> batch)
    {
        var content = new ByteArrayContent(Body(batch, broker.Context.Body));
        content.Headers.ContentType =
            new MediaTypeHeaderValue(broker.Context.Body is null ? "application/json" : "application/ld+json");
        var request = new HttpRequestMessage(HttpMethod.Post, broker.UpsertUrl) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (broker.Tenant is not null) request.Headers.Add("NGSILD-Tenant", broker.Tenant);
        if (broker.Context.Link is { } link)
            request.Headers.Add(
                "Link", $"<{link}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");
        return request;
    }

    private static byte[] Body(IReadOnlyList<PendingEntity> batch, byte[]? context)
    {
        var body = new ArrayBufferWriter<byte>();
        for (var i = 0; i < batch.Count; i++)
        {
            body.Write(i == 0 ? "["u8 : ","u8);
            var entity = batch[i].Entity.Json.AsSpan();
            if (context is null)
            {
                body.Write(entity);
                continue;
            }

            body.Write(entity[..^1]);
            body.Write(",\"@context\":"u8);
            body.Write(context);
            body.Write("}"u8);
        }

        body.Write("]"u8);
        return body.WrittenSpan.ToArray();
    }
}
