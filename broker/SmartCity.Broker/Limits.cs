namespace SmartCity.Broker;

/// <summary>Every bound on what a client may ask, with its default. Each is a setting of the same name under <c>Limits</c>.</summary>
public sealed record Limits
{
    public static Limits Default { get; } = new();

    /// <summary>Bytes of a request body. Default 32 MiB: a batch of 10 000 Entities fits.</summary>
    public long BodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>How deep JSON may nest. Default 64.</summary>
    public int JsonDepth { get; init; } = 64;

    /// <summary>Entities of a page where the client names no limit. Default 20.</summary>
    public int DefaultPage { get; init; } = 20;

    /// <summary>Entities of a page at most. Default 1000.</summary>
    public int MaxPage { get; init; } = 1000;

    /// <summary>
    /// Instances of all Attributes in one answer of the temporal API; beyond, it is 206 with a part of the time range. Default
    /// 50 000: a year of quarters of an hour fits.
    /// </summary>
    public int TemporalInstances { get; init; } = 50_000;

    /// <summary>Periods of all Attributes in one aggregated answer; beyond, it is an error. Default 100 000.</summary>
    public int TemporalPeriods { get; init; } = 100_000;

    /// <summary>Elements of a batch. Default 20 000.</summary>
    public int BatchItems { get; init; } = 20_000;

    /// <summary>Characters of a query expression (q, scopeQ, type, pick ...). Default 8192.</summary>
    public int QueryCharacters { get; init; } = 8192;

    /// <summary>How deep joinLevel may go. Default 16: the answer nests some 50 levels, which ordinary JSON readers still read.</summary>
    public int JoinLevels { get; init; } = 16;

    /// <summary>Linked Entities that one answer gathers, and that it shows inline. Default 10 000.</summary>
    public int LinkedEntities { get; init; } = 10_000;

    /// <summary>Bytes of the linked Entities of one answer, and of an answer that shows them inline. Default 32 MiB.</summary>
    public long LinkedBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Bytes of a remote @context. Default 8 MiB: the merged Smart Data Models context fits.</summary>
    public int ContextBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many contexts one @context may lead to. Default 32.</summary>
    public int ContextDepth { get; init; } = 32;

    /// <summary>How long the fetch of a remote @context may take. Default 10 s.</summary>
    public TimeSpan ContextTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Remote contexts that are fetched at once; others wait, within their time. Default 64.</summary>
    public int ContextFetches { get; init; } = 64;

    /// <summary>Compiled contexts kept. Default 1000.</summary>
    public int CachedContexts { get; init; } = 1000;

    /// <summary>Contexts that the broker serves for one tenant: so many hosted, and as many implicitly created. Default 1000.</summary>
    public int HostedContexts { get; init; } = 1000;

    /// <summary>Bytes of the hosted contexts of one tenant together, and of the implicitly created ones. Default 64 MiB.</summary>
    public long HostedContextBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Redirects followed when fetching a context. Default 5.</summary>
    public int Redirects { get; init; } = 5;

    /// <summary>Subscriptions of all tenants. Default 100 000: about 400 MiB.</summary>
    public int Subscriptions { get; init; } = 100_000;

    /// <summary>Bytes of a Subscription, as it is kept. Default 256 KiB.</summary>
    public int SubscriptionBytes { get; init; } = 256 * 1024;

    /// <summary>Context Source Registrations of one tenant. Default 10 000.</summary>
    public int Registrations { get; init; } = 10_000;

    /// <summary>Bytes of a registration, as it is kept. Default 256 KiB.</summary>
    public int RegistrationBytes { get; init; } = 256 * 1024;

    /// <summary>Elements of information and Entities in them that one registration may name. Default 1000.</summary>
    public int RegistrationParts { get; init; } = 1000;
}
