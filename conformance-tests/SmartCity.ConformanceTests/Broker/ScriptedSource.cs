using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>
/// A Context Source that plays a script: answers what it was told to, and keeps what it was asked. What the script does not name is 404.
/// </summary>
internal sealed class ScriptedSource : IAsyncDisposable
{
    private const string Root = "/ngsi-ld/v1/";

    private readonly HttpListener _listener;
    private readonly ConcurrentQueue<SourceCall> _calls = new();
    private readonly ConcurrentQueue<SourceCall> _heard = new();
    private readonly ConcurrentDictionary<(string Method, string Path), Func<SourceCall, SourceReply>> _script = new();
    private readonly string? _test = Run.CurrentType;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _serving;

    public ScriptedSource()
    {
        (_listener, Url) = Listening.OnFreePort();
        _serving = ServeAsync();
    }

    /// <summary>Such as <c>http://localhost:40001</c>: the endpoint of a registration.</summary>
    public string Url { get; }

    /// <summary>What it was asked so far.</summary>
    public IReadOnlyList<SourceCall> Calls => [.. _calls];

    /// <summary>The same with what tests beside this one have asked of everybody.</summary>
    public IReadOnlyList<SourceCall> Heard => [.. _heard];

    /// <summary>What it was asked with a method; the path is below /ngsi-ld/v1.</summary>
    public IReadOnlyList<SourceCall> Asked(string method, string? path = null) =>
        [.. _calls.Where(call => call.Method == method && (path is null || call.Path == Root + path))];

    /// <summary>The only request so far; fails where there was none, or more.</summary>
    public SourceCall Only => Assert.Single(_calls);

    public ScriptedSource Answer(string method, string path, SourceReply reply) => Answer(method, path, _ => reply);

    /// <param name="path">Below /ngsi-ld/v1, decoded, or <c>*</c> for all that have no answer of their own.</param>
    public ScriptedSource Answer(string method, string path, Func<SourceCall, SourceReply> reply)
    {
        _script[(method, path == "*" ? path : Root + path)] = reply;
        return this;
    }

    /// <summary>Has an Entity, to be retrieved and queried; gives its normalized JSON whatever is asked for.</summary>
    public ScriptedSource Holds(string id, string json) =>
        Answer("GET", "entities/" + id, SourceReply.Json(json))
            .Answer("GET", "entities", SourceReply.Json($"[{json}]"))
            .Answer("POST", "entityOperations/query", SourceReply.Json($"[{json}]"));

    /// <summary>The same answer to whatever it is asked.</summary>
    public ScriptedSource Always(SourceReply reply)
    {
        foreach (var method in (string[])["GET", "POST", "PUT", "PATCH", "DELETE"]) Answer(method, "*", reply);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Close();
        await Listening.EndAsync(_serving);
        _closing.Dispose();
    }

    /// <summary>
    /// What tests beside this one, or brokers of a run before it, ask in general, of Attributes or of all that there is, may come to any registered
    /// source. It is answered, but not told.
    /// </summary>
    private bool IsOfAnother(SourceCall call) =>
        Run.NamesAnother(call.ToString(), _test)
        // A copy of a Subscription that whoever had this port before did not delete.
        || (call.Path.StartsWith(Root + "subscriptions/", StringComparison.Ordinal) && !_heard.Any(heard => heard is { Method: "POST", Path: Root + "subscriptions" }))
        || (call.Path is Root + "types" or Root + "attributes" && !_script.ContainsKey((call.Method, call.Path)));

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // The listener was closed, or is just being closed.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var call = await SourceCall.ReadAsync(context.Request);
            _heard.Enqueue(call);
            if (!IsOfAnother(call)) _calls.Enqueue(call);
            var reply = _script.GetValueOrDefault((call.Method, call.Path)) ?? _script.GetValueOrDefault((call.Method, "*"));
            await (reply?.Invoke(call) ?? SourceReply.NotFound).WriteAsync(context.Response, _closing.Token);
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The caller has not waited, or the test is over.
        }
    }
}

/// <summary>What a source was asked.</summary>
/// <param name="Path">Decoded, with /ngsi-ld/v1.</param>
/// <param name="Query">The parameters, decoded.</param>
internal sealed record SourceCall(
    string Method, string Path, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Path and parameters as they came, percent-encoded.</summary>
    public string Raw { get; init; } = "";

    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("the body is null");

    public override string ToString() => $"{Method} {Path}?{string.Join('&', Query.Select(pair => $"{pair.Key}={pair.Value}"))} {Body}";

    /// <summary>Empty where there is none.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>Empty where there is none.</summary>
    public string Parameter(string name) => Query.GetValueOrDefault(name, "");

    /// <summary>Asserts that the body is this JSON, whatever the order of members.</summary>
    public SourceCall ExpectJson(string expected)
    {
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), Json), $"expected {expected}\nasked    {Body}");
        return this;
    }

    public static async Task<SourceCall> ReadAsync(HttpListenerRequest request)
    {
        using var reader = new StreamReader(request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = request.Headers.AllKeys.ToDictionary(name => name!, name => request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        var query = request.Url!.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => Decode(pair[0]), pair => pair.Length == 2 ? Decode(pair[1]) : "", StringComparer.Ordinal);
        return new(request.HttpMethod, Uri.UnescapeDataString(request.Url.AbsolutePath), query, headers, body) { Raw = request.RawUrl! };
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
