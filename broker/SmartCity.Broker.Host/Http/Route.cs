namespace SmartCity.Broker.Host.Http;

/// <summary>Answers one request. What it returns is sent by the router.</summary>
internal delegate ValueTask<Reply> Handler(Exchange exchange);

/// <summary>One verb on one resource.</summary>
/// <param name="Method">An upper-case HTTP verb. GET answers HEAD as well.</param>
/// <param name="Pattern">Path below the root, such as <c>/ngsi-ld/v1/entities/{entityId}</c>; at most three variables.</param>
/// <param name="Handle">What to do.</param>
internal sealed record Route(string Method, string Pattern, Handler Handle)
{
    private static readonly string[] Others =
        ["snapshots", "csourceRegistrations", "csourceSubscriptions", "jsonldContexts", "info"];

    /// <summary>
    /// Whether it is of the Core API or the Temporal API, whose operations may be about a Snapshot (ETSI GS CIM 009 5.5.15), or of no API at all,
    /// where the header says nothing.
    /// </summary>
    public bool TakesSnapshots { get; } = !Others.Contains(Pattern.Split('/').ElementAtOrDefault(3));

    /// <summary>Whether it changes something: what it answers is no Entity, whatever the client would accept.</summary>
    public bool IsWrite { get; } = Method != "GET" && !Pattern.EndsWith("/query", StringComparison.Ordinal);
}
