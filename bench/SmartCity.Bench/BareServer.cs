using System.Text;
using System.Text.Json;

namespace SmartCity.Bench;

/// <summary>
/// The yardstick: Kestrel with routing, which answers each workload with the right number of bytes and does nothing else.
/// What a broker costs is quoted as a multiple of it, measured in the same run, since absolute figures drift with the machine.
/// </summary>
internal static class BareServer
{
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var app = builder.Build();

        var one = Encoding.UTF8.GetBytes(Fixture.Vehicle(1).ReplaceLineEndings(""));
        var page = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(1, 20).Select(Fixture.Vehicle))}]".ReplaceLineEndings(""));

        app.MapGet("/ready", () => Results.Ok());
        app.MapGet("/ngsi-ld/v1/entities/{id}", (HttpContext http, string id) => AnswerAsync(http, one));
        app.MapGet("/ngsi-ld/v1/entities", (HttpContext http) => AnswerAsync(http, page));
        app.MapPatch("/ngsi-ld/v1/entities/{id}/attrs/{attribute}", (HttpContext http) => ParseAsync(http, 204));
        app.MapPost("/ngsi-ld/v1/entities", (HttpContext http) => ParseAsync(http, 201));
        app.MapPost("/ngsi-ld/v1/entityOperations/upsert", (HttpContext http) => ParseAsync(http, 204));
        await app.RunAsync($"http://127.0.0.1:{port}");
    }

    private static Task AnswerAsync(HttpContext http, byte[] body)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        return http.Response.BodyWriter.WriteAsync(body).AsTask();
    }

    private static async Task ParseAsync(HttpContext http, int status)
    {
        using var document = await JsonDocument.ParseAsync(http.Request.Body);
        http.Response.StatusCode = status;
    }
}
