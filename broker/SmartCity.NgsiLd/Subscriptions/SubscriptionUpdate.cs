namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>What a Fragment makes of a Subscription (ETSI GS CIM 009 5.8.2).</summary>
/// <param name="Subscription">With the Fragment laid over it.</param>
/// <param name="Mentioned">Names of the Fragment's members: some rules ask what was given, not what came of it (5.8.2.4).</param>
public sealed record SubscriptionUpdate(Subscription Subscription, IReadOnlySet<string> Mentioned);
