namespace SmartCity.Broker.Host.Http;

/// <summary>Answers one request. What it returns is sent by the router.</summary>
internal delegate ValueTask<Reply> Handler(Exchange exchange);

/// <summary>One verb on one resource.</summary>
/// <param name="Method">An upper-case HTTP verb. GET answers HEAD as well.</param>
/// <param name="Pattern">Path below the root, such as <c>/ngsi-ld/v1/entities/{entityId}</c>; at most three variables.</param>
/// <param name="Handle">What to do.</param>
internal sealed record Route(string Method, string Pattern, Handler Handle)
{
    /// <summary>Whether it changes something: what it answers is no Entity, whatever the client would accept.</summary>
    public bool IsWrite { get; } = Method != "GET" && !Pattern.EndsWith("/query", StringComparison.Ordinal);
}
