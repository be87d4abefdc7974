using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Subscriptions;

/// <summary>The operations on Subscriptions (ETSI GS CIM 009 5.8.1 - 5.8.5).</summary>
public interface ISubscriptionOperations
{
    /// <summary>ETSI GS CIM 009 5.8.1. AlreadyExists where there is one of this id.</summary>
    /// <param name="call">The request; its context expands names and is the one of the notifications where none is named.</param>
    /// <param name="body">The Subscription as UTF-8 JSON.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<Result<Subscription>> CreateAsync(Call call, ReadOnlyMemory<byte> body, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.8.3.</summary>
    ValueTask<Result<SubscriptionView>> RetrieveAsync(Call call, string id, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.8.4, in the order of creation.</summary>
    ValueTask<Result<SubscriptionPage>> QueryAsync(Call call, PageRequest page, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.8.2: the Fragment's members replace those that are there, as RFC 7396 does.</summary>
    ValueTask<Result<Subscription>> UpdateAsync(Call call, string id, ReadOnlyMemory<byte> fragment, CancellationToken cancellation);

    /// <summary>ETSI GS CIM 009 5.8.5. Nothing is sent any more once it returns, but for what is under way.</summary>
    ValueTask<Result<Subscription>> DeleteAsync(Call call, string id, CancellationToken cancellation);
}

/// <summary>A Subscription and how it stands.</summary>
public readonly record struct SubscriptionView(Subscription Subscription, SubscriptionState State);

/// <param name="Subscriptions">The page.</param>
/// <param name="HasMore">Whether Subscriptions follow it.</param>
/// <param name="Total">Null where it was not asked for.</param>
public sealed record SubscriptionPage(ImmutableArray<SubscriptionView> Subscriptions, bool HasMore, long? Total);
