using System.Collections.Immutable;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>A Subscription and a source that may have to do with each other. All but what readers see belongs to one worker.</summary>
internal sealed class ForwardedPair(string tenant, string subscriptionId, string place)
{
    public string Tenant { get; } = tenant;

    public string SubscriptionId { get; } = subscriptionId;

    public string Place { get; } = place;

    /// <summary>What the source should have; null for nothing. Read by whoever receives notifications.</summary>
    public volatile WantedCopy? Wanted;

    /// <summary>What it has, or may have; null for nothing.</summary>
    public Forwarding? Kept { get; set; }

    /// <summary>Whether the two have to be compared.</summary>
    public bool IsDue { get; set; }

    /// <summary>Whether the source is being told.</summary>
    public bool IsBusy { get; set; }

    public int Failures { get; set; }

    /// <summary>Not before; the past for at once.</summary>
    public DateTimeOffset RetryAt { get; set; }
}

/// <summary>What a source should have.</summary>
/// <param name="Copy">Without id and endpoint.</param>
/// <param name="Source">Who.</param>
/// <param name="Parts">What of the registration matches.</param>
/// <param name="Context">The Subscription's own.</param>
/// <param name="Address">Where this broker is found.</param>
/// <param name="Via">Whom the Subscription has passed.</param>
/// <param name="IsSplit">Whether Entities may have parts elsewhere.</param>
internal sealed record WantedCopy(
    Subscription Copy, ContextSource Source, ImmutableArray<RegistrationInfo> Parts, Context Context, string Address, ImmutableArray<string> Via, bool IsSplit);
