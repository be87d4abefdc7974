namespace SmartCity.Broker.Host.Http;

/// <summary>
/// A problem of HTTP itself, which has no error type of the standard's: <c>about:blank</c> says that the status says it
/// all (RFC 7807 4.2).
/// </summary>
internal sealed class StatusReply : Reply
{
    private readonly int _status;
    private readonly string _title;
    private readonly string _detail;
    private readonly string[] _available;

    private StatusReply(int status, string title, string detail, params string[] available) =>
        (_status, _title, _detail, _available) = (status, title, detail, available);

    /// <summary>The body lists what could be had (ETSI GS CIM 009 6.3.4).</summary>
    public static StatusReply NotAcceptable(params string[] available) =>
        new(StatusCodes.Status406NotAcceptable, "Not Acceptable", "the Accept header admits none of the available representations", available);

    /// <summary>The caller has set the Allow header.</summary>
    public static StatusReply MethodNotAllowed(string method, string allow) =>
        new(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed", $"{method} is not allowed here; these are: {allow}");

    public static StatusReply Starting() =>
        new(StatusCodes.Status503ServiceUnavailable, "Service Unavailable", "the broker is starting");

    public override Task SendAsync(HttpContext http)
    {
        http.Response.StatusCode = _status;
        return JsonBody.SendAsync(http, this, static (json, reply) =>
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "about:blank"u8);
            json.WriteString("title"u8, reply._title);
            json.WriteString("detail"u8, reply._detail);
            json.WriteNumber("status"u8, reply._status);
            if (reply._available.Length > 0)
            {
                json.WriteStartArray("available"u8);
                foreach (var type in reply._available) json.WriteStringValue(type);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }
}
