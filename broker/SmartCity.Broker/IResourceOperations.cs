using System.Collections.Immutable;
using SmartCity.NgsiLd;

namespace SmartCity.Broker;

/// <summary>The operations on one of a kind of documents that clients keep in the broker: Subscriptions, registrations.</summary>
/// <typeparam name="TResource">The document.</typeparam>
/// <typeparam name="TView">The document as it is shown: with how it stands.</typeparam>
public interface IResourceOperations<TResource, TView>
{
    /// <summary>AlreadyExists where there is one of this id.</summary>
    /// <param name="call">The request; its context expands names.</param>
    /// <param name="body">The document as UTF-8 JSON.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<Result<TResource>> CreateAsync(Call call, ReadOnlyMemory<byte> body, CancellationToken cancellation);

    /// <summary>BadRequestData where the id is no URI, ResourceNotFound where there is no such document; so all that follow.</summary>
    ValueTask<Result<TView>> RetrieveAsync(Call call, string id, CancellationToken cancellation);

    /// <summary>The Fragment's members replace those that are there, as RFC 7396 does (ETSI GS CIM 009 5.5.8).</summary>
    ValueTask<Result<TResource>> UpdateAsync(Call call, string id, ReadOnlyMemory<byte> fragment, CancellationToken cancellation);

    /// <summary>It does nothing any more once this returns, but for what is under way.</summary>
    ValueTask<Result<TResource>> DeleteAsync(Call call, string id, CancellationToken cancellation);
}

/// <param name="Items">The page, in the order of creation.</param>
/// <param name="HasMore">Whether others follow it.</param>
/// <param name="Total">Null where it was not asked for.</param>
public sealed record ResourcePage<TView>(ImmutableArray<TView> Items, bool HasMore, long? Total);
