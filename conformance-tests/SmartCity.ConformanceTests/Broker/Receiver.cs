using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>A small HTTP server on a free port: it takes notifications and serves documents such as @contexts.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly HttpListener _listener;
    private readonly Channel<Notification> _notifications = Channel.CreateUnbounded<Notification>();
    private readonly ConcurrentDictionary<string, (string Json, string? CacheControl)> _documents = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly Task _serving;

    public Receiver()
    {
        (_listener, Url) = Listening.OnFreePort();
        _serving = ServeAsync();
    }

    /// <summary>Such as <c>http://localhost:40001</c>.</summary>
    public string Url { get; }

    /// <summary>What notifications are answered with.</summary>
    public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

    /// <summary>Where an answer sends the caller; null for nowhere.</summary>
    public string? Redirect { get; set; }

    /// <summary>How long a notification waits for its answer.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Serves a JSON-LD document; gives its address.</summary>
    public string Serve(string path, string json, string? cacheControl = null)
    {
        _documents[path] = (json, cacheControl);
        return Url + path;
    }

    /// <summary>From now on there is nothing at this path: 404.</summary>
    public void Withdraw(string path) => _documents[path] = ("", null);

    /// <summary>How often a path was asked for.</summary>
    public int Asked(string path) => _asked.GetValueOrDefault(path);

    /// <summary>The next notification; fails where none comes in time.</summary>
    public async Task<Notification> NextAsync(double seconds = 30)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            return await _notifications.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no notification within {seconds} s");
        }
    }

    /// <summary>The notification that <see cref="ArrivesAsync"/> saw last.</summary>
    public Notification? Last { get; private set; }

    /// <summary>Whether a notification comes within a time.</summary>
    public async Task<bool> ArrivesAsync(double seconds)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            Last = await _notifications.Reader.ReadAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Asserts that nothing comes for a while.</summary>
    public async Task NothingAsync(double seconds = 0.7)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        Assert.False(_notifications.Reader.TryRead(out var unwanted), $"unwanted: {unwanted?.Body}");
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await Listening.EndAsync(_serving);
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                if (Delay == TimeSpan.Zero) await AnswerAsync(context);
                else _ = AnswerLateAsync(context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // The listener was closed, or is just being closed, or a caller went away.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        if (context.Request.HttpMethod == "GET" && _documents.TryGetValue(context.Request.Url!.AbsolutePath, out var document))
        {
            _asked.AddOrUpdate(context.Request.Url.AbsolutePath, 1, (_, count) => count + 1);
            if (document.Json.Length == 0) context.Response.StatusCode = 404;
            context.Response.ContentType = "application/ld+json";
            if (document.CacheControl is { } cacheControl) context.Response.AddHeader("Cache-Control", cacheControl);
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(document.Json));
            context.Response.Close();
            return;
        }

        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers.AllKeys.ToDictionary(
            name => name!, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        if (Redirect is { } location) context.Response.AddHeader("Location", location);
        context.Response.StatusCode = (int)Status;
        context.Response.Close();
        if (context.Request.HttpMethod == "POST") _notifications.Writer.TryWrite(new(headers, body));
    }

    private async Task AnswerLateAsync(HttpListenerContext context)
    {
        await Task.Delay(Delay);
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The caller has not waited.
        }
    }
}

/// <summary>ETSI GS CIM 009 5.3.1, as it came in.</summary>
internal sealed record Notification(IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    public JsonArray Data => Json["data"]!.AsArray();

    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}
