using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SmartCity.Broker.Host.Http;
using SmartCity.Broker.Host.Http.Documentation;
using SmartCity.Broker.Host.Http.Operational;
using SmartCity.Broker.Host.Settings;

namespace SmartCity.Broker.Host;

/// <summary>Kestrel with the router behind it, and nothing in between.</summary>
internal static class WebServer
{
    public static (WebApplication App, Router Router) Build(HubSettings settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "SmartCity" });
        builder.WebHost.UseKestrelCore().UseUrls(settings.Urls).ConfigureKestrel(server => Configure(server, settings.Limits));
        Configure(builder.Logging, settings);

        var app = builder.Build();
        // Whoever watches over the process sees that it lives while a large store is being read.
        var router = new Router(
            new Cors(settings.Cors), [.. DocumentationEndpoints.Routes(app)], [.. OperationalEndpoints.Routes(ready: false)],
            app.Services.GetRequiredService<ILogger<Router>>());
        app.Run(router.HandleAsync);
        return (app, router);
    }

    private static void Configure(KestrelServerOptions server, Limits limits)
    {
        server.AddServerHeader = false;
        // As they are read: what is given back of these may be an IRI. The others are ASCII, which is written several times as fast.
        server.ResponseHeaderEncodingSelector = static name => name is "NGSILD-Snapshot" or "NGSILD-EntityMap" or "Link" or "Location" ? Encoding.UTF8 : null;
        server.Limits.MaxRequestBodySize = limits.BodyBytes;
        // A query of QueryCharacters, every one of them percent-encoded, is still a request line.
        server.Limits.MaxRequestLineSize = 8 * 1024 + (3 * limits.QueryCharacters);
        server.Limits.MaxRequestBufferSize = Math.Max(1024 * 1024, server.Limits.MaxRequestLineSize);
    }

    private static void Configure(ILoggingBuilder logging, HubSettings settings)
    {
        logging.SetMinimumLevel(settings.LogLevel);
        logging.AddFilter("Microsoft", settings.LogLevel > LogLevel.Warning ? settings.LogLevel : LogLevel.Warning);
        // Its mere presence costs an Activity for each request.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Of a start that fails the program tells itself, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        if (settings.LogJson) logging.AddJsonConsole(console => console.UseUtcTimestamp = true);
        else logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss.fff "));
    }
}
