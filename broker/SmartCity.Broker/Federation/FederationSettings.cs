using System.ComponentModel;
using SmartCity.Broker.Registrations;

namespace SmartCity.Broker.Federation;

/// <summary>Bounds of distributed operations (ETSI GS CIM 009 4.3.6), each a setting of the same name under <c>Federation</c>.</summary>
public sealed record FederationSettings
{
    public static FederationSettings Default { get; } = new();

    /// <summary>
    /// Whether parts of one Entity may be at several sources, where a query does not say (4.3.6.7): filters then hold of the assembled
    /// Entity, and are not forwarded. Default true: a query is answered as if one broker held it all.
    /// </summary>
    public bool SplitEntities { get; init; } = true;

    /// <summary>
    /// Headers of a request that its sources may be told, where their registrations ask for them (<c>urn:ngsi-ld:request</c>, 4.3.6.5):
    /// names, separated by commas; none where it is empty. Default all.
    /// </summary>
    [Description("headers of requests that registrations may pass on, such as \"X-Trace\"; \"\" for none (default all)")]
    public string? PassOn { get; init; }

    /// <summary>
    /// How long one request to a source may take, its answer included, where the registration names no timeout, and at most. Default 5 s.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a whole distributed operation waits for its sources. Default 10 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a source that has not answered, or not sensibly, is left alone where its registration names no cooldown (5.2.34). Default
    /// none: each request finds out anew.
    /// </summary>
    public TimeSpan Cooldown { get; init; } = TimeSpan.Zero;

    /// <summary>Bytes of an answer. Default 10 MiB.</summary>
    public long AnswerBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Bytes of all answers that are kept for as long as registrations let them be used again (5.2.34, cacheDuration). Default 64 MiB.</summary>
    public long CacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes of the Entities of sources that one query keeps until it has all of them. Default 32 MiB. Of more it knows the ids, and asks for
    /// the Entities again page by page; to count those that a filter means, all of them once more, as far as <see cref="Deadline"/> lets.
    /// </summary>
    public long GatheredBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Characters of a URL; a longer query is sent as a body, where the source offers that (6.23). Default 4096.</summary>
    public int UrlCharacters { get; init; } = 4096;

    /// <summary>Requests that one operation makes at once. Default 16.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Instances of Attributes that one temporal query takes from sources. Default 500 000.</summary>
    public int Instances { get; init; } = 500_000;

    /// <summary>Ids of Entities that one query may gather before filters are applied. Default 100 000.</summary>
    public int Candidates { get; init; } = 100_000;

    /// <summary>How long a source that could not be told of a subscription is left alone at first; each time twice as long (5.8.1.4). Default 1 s.</summary>
    public TimeSpan SubscriptionPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest of these pauses. Default 10 min.</summary>
    public TimeSpan SubscriptionLongestPause { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often a source is told of a subscription that it refuses, or is asked to delete one. Default 20, which take about two
    /// hours; one that does not answer at all is told of subscriptions for as long as there are any.
    /// </summary>
    public int SubscriptionAttempts { get; init; } = 20;

    /// <summary>
    /// Hears of a source that begins to fail, with the reason, and that answers again, without one; at most two times a minute of each. Null for nobody.
    /// </summary>
    public Action<ContextSource, string?>? SourceChanged { get; init; }
}
