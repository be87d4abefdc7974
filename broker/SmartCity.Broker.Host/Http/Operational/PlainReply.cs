using System.Text.Json;

namespace SmartCity.Broker.Host.Http.Operational;

/// <summary>JSON that is no JSON-LD.</summary>
internal sealed class PlainReply(int status, Action<Utf8JsonWriter> write) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = status;
        return JsonBody.SendAsync(http, write, static (json, write) => write(json));
    }
}
