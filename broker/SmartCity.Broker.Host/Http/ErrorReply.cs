using System.Text.Json;
using SmartCity.Broker.Federation;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>
/// A problem as RFC 7807 tells it, but as application/json and without a Link header (ETSI GS CIM 009 5.5.3, 6.3.3, 6.3.6).
/// </summary>
internal sealed class ErrorReply(NgsiLdError error) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        var status = ErrorStatus.Of(error.Kind);
        if (error is WarnedError warned) WarningHeader.Tell(http.Response, warned.Warnings);
        http.Response.StatusCode = status;
        return JsonBody.SendAsync(http, (error, status), static (json, problem) => Write(json, problem.error, problem.status));
    }

    public static void Write(Utf8JsonWriter json, NgsiLdError error, int status)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, error.Type);
        json.WriteString("title"u8, error.Title);
        json.WriteString("detail"u8, error.Detail);
        json.WriteNumber("status"u8, status);
        json.WriteEndObject();
    }
}
