using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// What stands around the Entities in every notification of a subscription (ETSI GS CIM 009 5.3.1, 5.3.2), as bytes to copy. A
/// notification's id comes from the subscription and the change, so that a receiver knows one that is sent again.
/// </summary>
internal sealed class NotificationEnvelope
{
    private readonly byte[] _beforeNumber;
    private readonly byte[] _beforeTime;
    private readonly byte[] _beforeTimeOfSources;
    private readonly byte[] _beforeData;
    private readonly byte[] _afterData;

    public NotificationEnvelope(string tenant, Subscription subscription, Context context)
    {
        var identity = $"{tenant}\n{subscription.Id}\n{subscription.CreatedAt.UtcTicks}";
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 8));
        var id = JsonEncodedText.Encode(subscription.Id).ToString();
        var accept = subscription.Notification.Endpoint.Accept;
        var isGeoJson = accept == NotificationMediaType.GeoJson;
        var contextMember = ",\"@context\":" + Encoding.UTF8.GetString(context.Json);
        var inData = isGeoJson && !subscription.Notification.Endpoint.PrefersBareJson ? contextMember : "";
        var atRoot = accept == NotificationMediaType.LinkedData ? contextMember : "";
        _beforeNumber = Utf8($"{{\"id\":\"urn:ngsi-ld:Notification:{digest}-");
        _beforeTime = Utf8($"\",\"type\":\"Notification\",\"subscriptionId\":\"{id}\",\"notifiedAt\":\"");
        _beforeTimeOfSources = Utf8($"\",\"type\":\"ContextSourceNotification\",\"subscriptionId\":\"{id}\",\"notifiedAt\":\"");
        _beforeData = Utf8("\",\"data\":" + (isGeoJson ? "{\"type\":\"FeatureCollection\",\"features\":[" : "["));
        _afterData = Utf8((isGeoJson ? $"]{inData}}}" : "]") + atRoot + "}");
    }

    /// <param name="delivery">What is told.</param>
    /// <param name="joined">Its Entities with what they link to; null where they are as they were added.</param>
    /// <param name="output">Takes the notification.</param>
    public void Write(Delivery delivery, byte[]? joined, ArrayBufferWriter<byte> output)
    {
        output.Write(_beforeNumber);
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(delivery.Identity ?? delivery.Number, span, out var written);
        output.Advance(written);
        output.Write(delivery.TriggerReason is null ? _beforeTime : _beforeTimeOfSources);
        span = output.GetSpan(40);
        delivery.NotifiedAt.UtcDateTime.TryFormat(span, out written, Timestamp.SystemFormat, CultureInfo.InvariantCulture);
        output.Advance(written);
        if (delivery.TriggerReason is { } reason) output.Write(Utf8($"\",\"triggerReason\":\"{reason}"));
        output.Write(_beforeData);
        if (joined is null) delivery.WriteData(output);
        else output.Write(joined);
        output.Write(_afterData);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
