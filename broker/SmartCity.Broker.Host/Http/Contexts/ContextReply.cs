namespace SmartCity.Broker.Host.Http.Contexts;

/// <summary>
/// An @context in full (ETSI GS CIM 009 6.30.3.1). An id never stands for another @context, so whoever has it may keep it for a while.
/// </summary>
/// <param name="context">The value of the <c>@context</c> member.</param>
/// <param name="type">JSON or JSON-LD; no Link header, since it is its own @context.</param>
internal sealed class ContextReply(ReadOnlyMemory<byte> context, MediaType type) : Reply
{
    public override Task SendAsync(HttpContext http)
    {
        http.Response.Headers.CacheControl = "max-age=3600";
        return JsonBody.SendAsync(http, context, static (json, value) =>
        {
            json.WriteStartObject();
            json.WritePropertyName("@context"u8);
            json.WriteRawValue(value.Span, skipInputValidation: true);
            json.WriteEndObject();
        }, type);
    }
}
