using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartCity.Broker.Tests.Contexts;

/// <summary>A real server of contexts on loopback, as kind or as wicked as a test wants it.</summary>
internal sealed class ContextServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly WebApplication _app;

    private ContextServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(http =>
        {
            var path = http.Request.Path.Value!;
            _asked.AddOrUpdate(path, 1, (_, count) => count + 1);
            if (_answers.TryGetValue(path, out var answer)) return answer(http);
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        });
    }

    public string Root => _app.Urls.Single();

    public static async Task<ContextServer> StartAsync()
    {
        var server = new ContextServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Serves text under a path, and gives the URL.</summary>
    public string Serve(string path, string text, params (string Name, string Value)[] headers) => Serve(path, async http =>
    {
        http.Response.ContentType = "application/ld+json";
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        await http.Response.WriteAsync(text);
    });

    public string Serve(string path, RequestDelegate answer)
    {
        _answers[path] = answer;
        return Root + path;
    }

    public int Asked(string path) => _asked.GetValueOrDefault(path);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
