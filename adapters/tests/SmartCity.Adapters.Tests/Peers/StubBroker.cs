using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartCity.Adapters.Tests.Peers;

/// <summary>What the adapter sent in one request.</summary>
internal sealed record StubRequest(string Url, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<JsonObject> Entities)
{
    internal IReadOnlyList<string> Ids => [.. Entities.Select(e => e["id"]!.ToString())];
}

internal sealed record StubAnswer(int Status, JsonNode? Body = null);

/// <summary>A real HTTP peer on loopback that answers batches as the test says.</summary>
internal sealed class StubBroker : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubBroker(WebApplication app) => _app = app;

    internal Uri Url => new(_app.Urls.Single());

    internal ConcurrentQueue<StubRequest> Requests { get; } = new();

    /// <summary>The entities of all requests that were answered well, in their order.</summary>
    internal ConcurrentQueue<JsonObject> Accepted { get; } = new();

    internal Func<StubRequest, Task<StubAnswer>> Answer { get; set; } = _ => Task.FromResult(new StubAnswer(204));

    internal static async Task<StubBroker> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var stub = new StubBroker(app);
        app.Run(stub.HandleAsync);
        await app.StartAsync();
        return stub;
    }

    internal async Task WaitForAsync(Func<StubBroker, bool> condition, string what)
    {
        for (var i = 0; i < 6000; i++)
        {
            if (condition(this)) return;
            await Task.Delay(10);
        }

        throw new TimeoutException($"waited a minute for {what}; {Requests.Count} requests, {Accepted.Count} entities came");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext http)
    {
        var body = (await JsonNode.ParseAsync(http.Request.Body))!.AsArray();
        var headers = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var request = new StubRequest(
            http.Request.Path + http.Request.QueryString, headers, [.. body.Select(e => e!.AsObject())]);
        Requests.Enqueue(request);
        var answer = await Answer(request);
        if (answer.Status is >= 200 and < 300 && answer.Status != 207)
            foreach (var entity in request.Entities) Accepted.Enqueue(entity);
        http.Response.StatusCode = answer.Status;
        if (answer.Body is not null) await http.Response.WriteAsJsonAsync(answer.Body);
    }
}
