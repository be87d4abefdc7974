using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SmartCity.Broker.Tests.Notifications;

/// <summary>A real HTTP server on loopback that keeps what it gets.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _arrived = new(0);

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> All { get; } = new();

    public string Uri { get; private set; } = "";

    /// <summary>Answers 200 unless told otherwise.</summary>
    public static async Task<Receiver> StartAsync(Func<Received, Task<int>>? answer = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var received = new Received(context.Request.Path, headers, await reader.ReadToEndAsync());
            context.Response.StatusCode = answer is null ? 200 : await answer(received);
            receiver.All.Enqueue(received);
            receiver._arrived.Release();
        });
        app.Urls.Add($"http://127.0.0.1:{port}");
        await app.StartAsync();
        receiver.Uri = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return receiver;
    }

    /// <summary>Waits for the next notification that nobody has waited for yet.</summary>
    public async Task<bool> NextAsync(int milliseconds = 30_000) => await _arrived.WaitAsync(milliseconds);

    /// <summary>Waits until so many have arrived, and says how many have.</summary>
    public async Task<int> CountAsync(int expected, int milliseconds = 30_000)
    {
        for (var waited = 0; All.Count < expected && waited < milliseconds; waited += 10) await Task.Delay(10);
        return All.Count;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}

/// <param name="Path">Of the request.</param>
/// <param name="Headers">Of the request.</param>
/// <param name="Body">As it came.</param>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public JsonNode Data => Json["data"]![0]!;
}
