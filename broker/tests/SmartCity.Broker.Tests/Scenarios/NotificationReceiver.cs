using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>A real HTTP endpoint that hands each notification's body to the test.</summary>
internal sealed class NotificationReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NotificationReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/notify");

    public static async Task<NotificationReceiver> StartAsync(Action<JsonElement> receive)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/notify", async (HttpContext http) =>
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body);
            receive(body.RootElement);
        });
        await app.StartAsync();
        return new NotificationReceiver(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
