using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>Storing, managing and serving contexts (ETSI GS CIM 009 5.13).</summary>
public interface IContextOperations
{
    /// <summary>Hosts an @context (ETSI GS CIM 009 5.13.2). InvalidRequest where it is no JSON, BadRequestData where it is no @context.</summary>
    /// <param name="tenant">Who may list and delete it.</param>
    /// <param name="document">A JSON object with a member <c>@context</c>; what else it holds is dropped.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Its local id.</returns>
    ValueTask<Result<string>> AddAsync(string tenant, ReadOnlyMemory<byte> document, CancellationToken cancellation);

    /// <summary>What is stored (ETSI GS CIM 009 5.13.3): the tenant's own, and what is cached for all.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="kind">Null for every kind.</param>
    ImmutableArray<ContextDetails> List(string tenant, ContextKind? kind);

    /// <summary>What is known of one @context (ETSI GS CIM 009 5.13.4); the URL of a cached one will do for its id.</summary>
    Result<ContextDetails> Find(string tenant, string id);

    /// <summary>
    /// The value of the <c>@context</c> member as UTF-8 JSON (ETSI GS CIM 009 5.13.4), whatever tenant asks: those who follow a link
    /// name none. OperationNotSupported where it is cached.
    /// </summary>
    Result<ReadOnlyMemory<byte>> Serve(string id);

    /// <summary>Deletes it, or forgets what is cached (ETSI GS CIM 009 5.13.5).</summary>
    ValueTask<NgsiLdError?> DeleteAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>
    /// Fetches what is cached again (ETSI GS CIM 009 5.13.5.4). BadRequestData where it is of another kind; LdContextNotAvailable where
    /// it cannot be had any more, and then everything stays as it is.
    /// </summary>
    ValueTask<NgsiLdError?> ReloadAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>
    /// The same @context with a URL of the broker's own, for one that came inside a body (ETSI GS CIM 009 5.13.1, ImplicitlyCreated).
    /// </summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="context">One without a URL.</param>
    /// <param name="root">Where clients reach the broker, such as <c>http://localhost:1026</c>.</param>
    /// <param name="isNeeded">Whether a subscription refers to it from now on.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<Result<Context>> NameAsync(string tenant, Context context, string root, bool isNeeded, CancellationToken cancellation);
}

/// <summary>What is known of a stored @context (ETSI GS CIM 009 5.13.3.5).</summary>
public sealed record ContextDetails
{
    public required string LocalId { get; init; }

    public required ContextKind Kind { get; init; }

    /// <summary>Where it was fetched from; null where the broker serves it.</summary>
    public string? Url { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null where it stays until it is deleted.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null where it was not used since the broker started.</summary>
    public DateTimeOffset? LastUsage { get; init; }

    /// <summary>How often a request found it since the broker started.</summary>
    public long NumberOfHits { get; init; }

    /// <summary>How many terms it defines itself.</summary>
    public int TermCount { get; init; }

    /// <summary>Comes from the operator's folder.</summary>
    public bool IsPreloaded { get; init; }
}
