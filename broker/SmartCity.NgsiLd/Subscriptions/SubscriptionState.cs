namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>How a subscription stands: the members that only the broker writes (ETSI GS CIM 009 5.2.12, 5.2.14.2).</summary>
/// <param name="Status">Whether notifications are sent.</param>
/// <param name="TimesSent">Notifications sent, whatever became of them.</param>
/// <param name="TimesFailed">Those of them that failed.</param>
/// <param name="LastNotification">When the last one was sent.</param>
/// <param name="LastSuccess">When the last one was sent that succeeded.</param>
/// <param name="LastFailure">When the last one was sent that failed.</param>
public readonly record struct SubscriptionState(
    SubscriptionStatus Status,
    long TimesSent,
    long TimesFailed,
    DateTimeOffset? LastNotification,
    DateTimeOffset? LastSuccess,
    DateTimeOffset? LastFailure);
