using System.Text.Encodings.Web;
using System.Text.Json;

namespace SmartCity.Broker.Host.Http;

/// <summary>Sends whole bodies with their Content-Length: written to a pooled buffer first, so that a failure can still answer 500.</summary>
internal static class JsonBody
{
    // Entities are JSON for machines, not HTML: only what JSON itself asks is escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task SendAsync<T>(
        HttpContext http, T value, Action<Utf8JsonWriter, T> write, MediaType type = MediaType.Json)
    {
        using var buffer = new PooledBuffer(1024);
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json, value);
        await SendAsync(http, buffer.Written, type.Text());
    }

    public static Task SendAsync(HttpContext http, ReadOnlyMemory<byte> body, string contentType)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        var flush = http.Response.BodyWriter.WriteAsync(body);
        return flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
    }
}
