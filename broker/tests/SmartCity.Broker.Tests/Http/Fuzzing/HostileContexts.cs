using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace SmartCity.Broker.Tests.Http.Fuzzing;

/// <summary>A server of contexts that mean no good: cyclic, giant, endless, or none at all.</summary>
internal sealed class HostileContexts : IAsyncDisposable
{
    public static readonly string[] Paths =
        ["good", "cycle-a", "cycle-b", "chain/0", "giant", "html", "broken", "missing", "fails", "around", "self-defining", "deep", "wrong", "good?x=1"];

    private readonly WebApplication _app;

    private HostileContexts(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/");

    public static async Task<HostileContexts> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(http => AnswerAsync(http, app.Urls.First()));
        await app.StartAsync();
        return new HostileContexts(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task AnswerAsync(HttpContext http, string self)
    {
        var path = http.Request.Path.Value![1..];
        http.Response.ContentType = path == "html" ? "text/html" : "application/ld+json";
        if (path == "fails") http.Response.StatusCode = 500;
        if (path == "missing") http.Response.StatusCode = 404;
        if (path == "around")
        {
            http.Response.Redirect(self + "/around");
            return Task.CompletedTask;
        }

        return http.Response.WriteAsync(path switch
        {
            "good" => """{"@context":{"a":"http://a/a","T":"http://a/T"}}""",
            "cycle-a" => $$"""{"@context":["{{self}}/cycle-b",{"a":"http://a/a"}]}""",
            "cycle-b" => $$"""{"@context":["{{self}}/cycle-a"]}""",
            "giant" => Giant(),
            "self-defining" => """{"@context":{"a":"b:x","b":"c:x","c":"a:x","d":"d:d"}}""",
            "deep" => string.Concat(Enumerable.Repeat("{\"@context\":", 10_000)),
            "wrong" => """{"@context":{"a":{"@id":7},"b":[],"@vocab":{},"@base":1,"id":"x","@type":"y"}}""",
            "broken" => "{\"@context\":{",
            _ when path.StartsWith("chain/", StringComparison.Ordinal) => $$"""{"@context":["{{self}}/chain/{{int.Parse(path[6..], null) + 1}}"]}""",
            _ => "<html></html>",
        });
    }

    // More than the limit of the test's settings.
    private static string Giant()
    {
        var text = new StringBuilder("{\"@context\":{");
        for (var i = 0; i < 40_000; i++) text.Append("\"t").Append(i).Append("\":\"http://example.org/t").Append(i).Append("\",");
        return text.Append("\"a\":\"http://a/a\"}}").ToString();
    }
}
