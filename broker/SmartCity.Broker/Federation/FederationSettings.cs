namespace SmartCity.Broker.Federation;

/// <summary>How other Context Sources are asked. Each is a setting of the same name under <c>Federation</c>.</summary>
public sealed record FederationSettings
{
    public static FederationSettings Default { get; } = new();

    /// <summary>
    /// Whether parts of one Entity may be at several sources, where a query does not say (ETSI GS CIM 009 4.3.6.7): its filters then hold of
    /// the whole. Default true; false lets sources filter what they have, which costs less.
    /// </summary>
    public bool SplitEntities { get; init; } = true;

    /// <summary>How long one request to a source may take, where its registration does not say. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long all requests to sources for one operation may take together. Default 10 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one answer of a source. Default 10 MiB.</summary>
    public long AnswerBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Requests to sources at the same time for one operation. Default 16.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Entities of sources that one query considers; more are TooManyResults. Default 100 000.</summary>
    public int Candidates { get; init; } = 100_000;
}
