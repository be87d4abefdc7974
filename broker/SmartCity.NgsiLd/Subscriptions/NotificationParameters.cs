using System.Collections.Immutable;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>What a notification shows and where it goes (ETSI GS CIM 009 5.2.14.1).</summary>
public sealed record NotificationParameters
{
    /// <summary>Expanded names of the Attributes to show (deprecated, beside id and type); empty for all.</summary>
    public ImmutableArray<string> Attributes { get; init; } = [];

    public Projection? Pick { get; init; }

    public Projection? Omit { get; init; }

    public EntityFormat Format { get; init; }

    /// <summary>Previous values stand beside the new ones.</summary>
    public bool ShowChanges { get; init; }

    /// <summary>createdAt, modifiedAt, expiresAt and, after a deletion, deletedAt are shown.</summary>
    public bool SysAttrs { get; init; }

    /// <summary>Whether linked Entities are shown too, and how many links are followed (ETSI GS CIM 009 4.5.23).</summary>
    public Join Join { get; init; } = Join.None;

    public required Endpoint Endpoint { get; init; }
}

/// <summary>Who is notified, and by which rules (ETSI GS CIM 009 5.2.15).</summary>
public sealed record Endpoint
{
    /// <summary>As given: an absolute http, https, mqtt or mqtts URI.</summary>
    public required string Uri { get; init; }

    public NotificationMediaType Accept { get; init; }

    /// <summary>Milliseconds after which a notification has failed, greater than 0; null for the broker's own bound.</summary>
    public double? Timeout { get; init; }

    /// <summary>Milliseconds after a failure in which nothing is sent, greater than 0; null for none.</summary>
    public double? Cooldown { get; init; }

    /// <summary>Headers of each notification (ETSI GS CIM 009 6.3.8).</summary>
    public ImmutableArray<KeyValue> ReceiverInfo { get; init; } = [];

    /// <summary>Settings of the way to the endpoint (ETSI GS CIM 009 7.2).</summary>
    public ImmutableArray<KeyValue> NotifierInfo { get; init; } = [];

    /// <summary>GeoJSON keeps its @context out of the body (ETSI GS CIM 009 6.3.8).</summary>
    public bool PrefersBareJson
    {
        get
        {
            foreach (var info in ReceiverInfo)
            {
                if (info.Key.Equals("Prefer", StringComparison.OrdinalIgnoreCase) && info.Value == "body=json") return true;
            }

            return false;
        }
    }
}

/// <summary>ETSI GS CIM 009 5.2.22.</summary>
public readonly record struct KeyValue(string Key, string Value);

/// <summary>The MIME type of a notification (ETSI GS CIM 009 5.2.15).</summary>
public enum NotificationMediaType
{
    Json,
    LinkedData,
    GeoJson,
}
