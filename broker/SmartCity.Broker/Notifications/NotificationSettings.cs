using System.ComponentModel.DataAnnotations;

namespace SmartCity.Broker.Notifications;

/// <summary>Bounds of the notifier, each a setting of the same name under <c>Notifications</c>.</summary>
public sealed record NotificationSettings
{
    public static NotificationSettings Default { get; } = new();

    /// <summary>
    /// Notifications of one subscription that are under way at once. Those of one Entity keep their order. A power of two
    /// from 1 to 64. Default 16.
    /// </summary>
    [AllowedValues(1, 2, 4, 8, 16, 32, 64)]
    public int InFlight { get; init; } = 16;

    /// <summary>
    /// Entities in notifications of one subscription that wait in memory. One that falls behind further reads the change log
    /// again from where it stands. Default 4096.
    /// </summary>
    public int Waiting { get; init; } = 4096;

    /// <summary>
    /// Bytes of all notifications that wait in memory. Above it a subscription with more than a few of them reads the change log
    /// again, too. Default 256 MiB.
    /// </summary>
    public long WaitingBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// Notifications that are under way at once, of all subscriptions; a quarter as many go to endpoints that have not been tried yet.
    /// Default 4096.
    /// </summary>
    public int Sending { get; init; } = 4096;

    /// <summary>
    /// The same for endpoints that could not be reached or did not answer in time: they delay only each other. Default 256.
    /// </summary>
    public int SendingToSilent { get; init; } = 256;

    /// <summary>
    /// Entities of a notification at most. What one request has changed comes in one notification, and beyond this in more.
    /// Default 1000.
    /// </summary>
    public int Entities { get; init; } = 1000;

    /// <summary>Bytes of Entities after which a notification is full. Default 1 MiB.</summary>
    public int Bytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Linked Entities of a notification at most. Where there are more, it is sent without any. Default 10 000.
    /// </summary>
    public int LinkedEntities { get; init; } = 10_000;

    /// <summary>
    /// Bytes of the linked Entities of a notification, and of one that shows them inline. Where they take more, it is sent without
    /// them. Default 4 MiB.
    /// </summary>
    public long LinkedBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// Changes that a subscription may be behind. What is older is passed over and counts as one failure, so that an endpoint
    /// that is gone does not keep the change log from being shortened. Default 200 000.
    /// </summary>
    public long MaxLag { get; init; } = 200_000;

    /// <summary>How long an answer may take where the endpoint names no timeout, and at most. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Takes every answer from 200 to 299 for success. Default false: 200 alone is, as ETSI GS CIM 009 5.8.6 has it.
    /// </summary>
    public bool AnySuccess { get; init; }

    /// <summary>
    /// How often a notification is tried while the endpoint cannot be reached and names no cooldown. Default 3. An endpoint
    /// that answers, or that lets the time run out, is not tried again with the same notification.
    /// </summary>
    public int Attempts { get; init; } = 3;

    /// <summary>
    /// How long the sender rests after an endpoint could not be reached, doubled with each further failure in a row, where the
    /// endpoint names no cooldown: notifications wait meanwhile. Default 100 ms.
    /// </summary>
    public TimeSpan FirstRest { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest rest. Default 5 s.</summary>
    public TimeSpan LongestRest { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often progress is handed to the store. Default 100 ms.</summary>
    public TimeSpan RecordEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a stop waits for what is being sent. What has no outcome by then is sent again after the next start. Default 1 s.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The shortest timeInterval that is kept; a shorter one is lengthened to it. Default 100 ms.</summary>
    public TimeSpan ShortestInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Entities of a notification that throttling has held back, or of a periodic one, at most. Where more match, a period has
    /// several notifications. Default 10 000.
    /// </summary>
    public int PeriodicEntities { get; init; } = 10_000;

    /// <summary>
    /// PEM file of the authorities that certificates of MQTT brokers (mqtts) are checked against. Default none: those of the operating
    /// system.
    /// </summary>
    public string? MqttAuthorities { get; init; }

    /// <summary>How long a connection to an MQTT broker is kept after its last notification. Default 5 min.</summary>
    public TimeSpan MqttIdle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Connections to MQTT brokers, one for each broker, user and protocol version. What would need one more has failed until one
    /// is idle. Default 256.
    /// </summary>
    public int MqttConnections { get; init; } = 256;
}
