using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartCity.Adapters.Tests.Peers;

/// <summary>A subscriber on loopback that notes when each entity of a notification came.</summary>
internal sealed class NotificationReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NotificationReceiver(WebApplication app) => _app = app;

    internal string Url => _app.Urls.Single() + "/notify";

    internal ConcurrentQueue<(long At, JsonObject Entity)> Received { get; } = new();

    internal static async Task<NotificationReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new NotificationReceiver(app);
        app.Run(async http =>
        {
            var at = Stopwatch.GetTimestamp();
            var notification = await JsonNode.ParseAsync(http.Request.Body);
            foreach (var entity in notification!["data"]!.AsArray()) receiver.Received.Enqueue((at, entity!.AsObject()));
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
