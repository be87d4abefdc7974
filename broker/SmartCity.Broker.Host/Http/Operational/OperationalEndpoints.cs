using System.Reflection;
using System.Text.Json;

namespace SmartCity.Broker.Host.Http.Operational;

/// <summary>
/// What operators ask, off every queue: /health (the process answers), /ready (store open, contexts loaded), /version.
/// </summary>
internal static class OperationalEndpoints
{
    /// <summary>The edition of ETSI GS CIM 009 that the API follows.</summary>
    public const string Standard = "1.9.1";

    public static string Version { get; } =
        typeof(OperationalEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <param name="ready">Whether requests about Entities are answered yet.</param>
    public static IEnumerable<Route> Routes(bool ready) =>
    [
        new("GET", "/health", static _ => Answer(StatusCodes.Status200OK, "status", "up")),
        ready
            ? new("GET", "/ready", static _ => Answer(StatusCodes.Status200OK, "status", "ready"))
            : new("GET", "/ready", static _ => Answer(StatusCodes.Status503ServiceUnavailable, "status", "starting")),
        new("GET", "/version", static _ => new(new PlainReply(StatusCodes.Status200OK, WriteVersion))),
        // Where clients that were written for other brokers look.
        new("GET", "/ngsi-ld/ex/v1/version", static _ => new(new PlainReply(StatusCodes.Status200OK, WriteVersion))),
    ];

    private static ValueTask<Reply> Answer(int status, string name, string value) => new(new PlainReply(status, json =>
    {
        json.WriteStartObject();
        json.WriteString(name, value);
        json.WriteEndObject();
    }));

    private static void WriteVersion(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, "SmartCity"u8);
        json.WriteString("version"u8, Version);
        json.WriteString("ngsi-ld"u8, Standard);
        json.WriteEndObject();
    }
}
