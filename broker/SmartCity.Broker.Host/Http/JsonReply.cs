using System.Globalization;
using System.Text.Json;
using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Host.Http;

/// <summary>
/// 200 with JSON that is no Entity. The @context goes into the Link header, or for application/ld+json into the body, where
/// the writer puts it by <see cref="JsonShape.WriteContext"/>.
/// </summary>
internal sealed class JsonReply<T>(T value, JsonShape shape, Action<Utf8JsonWriter, T, JsonShape> write) : Reply
{
    /// <summary>Link values to the next and the previous page, each after a comma.</summary>
    public string Neighbours { get; init; } = "";

    /// <summary>Null where it was not asked for.</summary>
    public long? Total { get; init; }

    public override Task SendAsync(HttpContext http)
    {
        var link = shape.Type == MediaType.LdJson ? "" : ContextLink.Of(shape.Context);
        if (Neighbours.Length > 0) link = link.Length > 0 ? link + Neighbours : Neighbours[2..];
        if (link.Length > 0) http.Response.Headers.Link = link;
        if (Total is { } total) http.Response.Headers[Paging.CountHeader] = total.ToString(CultureInfo.InvariantCulture);
        return JsonBody.SendAsync(http, (value, shape, write), static (json, reply) => reply.write(json, reply.value, reply.shape), shape.Type);
    }
}

/// <param name="Type">JSON or JSON-LD.</param>
/// <param name="Context">Compacts names.</param>
internal readonly record struct JsonShape(MediaType Type, Context Context)
{
    /// <summary>Accept for everything that is no Entity (ETSI GS CIM 009 6.3.4).</summary>
    public static Bound<JsonShape> Read(Exchange exchange, Context context) =>
        ContentNegotiation.Accepted(exchange.Http.Request.Headers.Accept, geoJson: false).TryGet(out var type, out var refusal)
            ? new JsonShape(type, context)
            : refusal;

    /// <summary>The member <c>@context</c> of a JSON-LD object; nothing for JSON.</summary>
    public void WriteContext(Utf8JsonWriter json)
    {
        if (Type != MediaType.LdJson) return;
        json.WritePropertyName("@context"u8);
        json.WriteRawValue(Context.Json, skipInputValidation: true);
    }
}
