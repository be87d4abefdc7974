namespace SmartCity.Broker.Host.Http;

/// <summary>One request on its way to its answer: what the router found out, and the body once it is read.</summary>
internal sealed class Exchange(HttpContext http, string path, string queryString) : IDisposable
{
    private RequestBody? _body;

    public HttpContext Http { get; } = http;

    /// <summary>As it was sent, still encoded.</summary>
    public string Path { get; } = path;

    /// <summary>As it was sent, without the question mark.</summary>
    public string QueryString { get; } = queryString;

    /// <summary>The first variable of the path, decoded; empty where there is none.</summary>
    public string First { get; init; } = "";

    /// <summary>The second variable of the path, decoded; empty where there is none.</summary>
    public string Second { get; init; } = "";

    /// <summary>The third variable of the path, decoded; empty where there is none.</summary>
    public string Third { get; init; } = "";

    /// <summary>The tenant, empty for the default one; null where the header is not valid (ETSI GS CIM 009 6.3.14).</summary>
    public string? Tenant { get; init; }

    /// <summary>The Snapshot that the request is about; null for none (ETSI GS CIM 009 6.3.22).</summary>
    public string? Snapshot { get; init; }

    /// <summary>
    /// Reads the whole body, once. Its bytes are valid until the answer is sent; what outlives the request must copy.
    /// </summary>
    public async ValueTask<Bound<ReadOnlyMemory<byte>>> ReadBodyAsync(long limit)
    {
        var read = await RequestBody.ReadAsync(Http.Request, limit);
        if (!read.TryGet(out var body, out var refusal)) return refusal;
        _body = body;
        return body.Bytes;
    }

    public void Dispose() => _body?.Dispose();
}
