using System.Text.Json;
using System.Xml;
using SmartCity.Broker.Host.Http.Operational;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Host.Http.Info;

/// <summary>/info/sourceIdentity: who the broker is (ETSI GS CIM 009 5.15.1, 6.33).</summary>
internal sealed class InfoEndpoints(SourceIdentity identity, IEntityStore store, CallBinder binder, Limits limits, TimeProvider clock)
{
    public IEnumerable<Route> Routes => [new("GET", "/ngsi-ld/v1/info/sourceIdentity", RetrieveAsync)];

    private async ValueTask<Reply> RetrieveAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.None, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: true)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        if (await store.MissingTenantAsync(call, CancellationToken.None) is { } missing) return missing;
        return new JsonReply<(string Alias, DateTimeOffset Now)>((identity.AliasOf(call.Tenant), clock.GetUtcNow()), shape, Write);
    }

    // ETSI GS CIM 009 5.2.40.
    private void Write(Utf8JsonWriter json, (string Alias, DateTimeOffset Now) source, JsonShape shape)
    {
        var uptime = source.Now - identity.StartedAt;
        json.WriteStartObject();
        json.WriteString("id"u8, identity.Id);
        json.WriteString("type"u8, "ContextSourceIdentity"u8);
        json.WriteString("contextSourceAlias"u8, source.Alias);
        json.WriteString("contextSourceUptime"u8, XmlConvert.ToString(TimeSpan.FromSeconds(Math.Max(0, Math.Floor(uptime.TotalSeconds)))));
        json.WriteString("contextSourceTimeAt"u8, Timestamp.Format(source.Now));
        json.WriteStartObject("contextSourceExtras"u8);
        json.WriteString("name"u8, "SmartCity"u8);
        json.WriteString("version"u8, OperationalEndpoints.Version);
        json.WriteString("ngsi-ld"u8, OperationalEndpoints.Standard);
        json.WriteEndObject();
        shape.WriteContext(json);
        json.WriteEndObject();
    }
}
