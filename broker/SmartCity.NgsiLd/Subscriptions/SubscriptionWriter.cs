using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>Writes Subscriptions (ETSI GS CIM 009 5.2.12) with the names of a @context.</summary>
public static class SubscriptionWriter
{
    private const string DefaultGeoProperty = "https://uri.etsi.org/ngsi-ld/location";

    /// <summary>What a client may send and read again: <see cref="SubscriptionReader"/> makes an equal Subscription of it.</summary>
    public static void Write(Utf8JsonWriter json, Subscription subscription, Context context)
    {
        json.WriteStartObject();
        WriteMembers(subscription, context, json);
        json.WriteStartObject("notification");
        WriteParameters(subscription.Notification, context, json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What a client reads: with how the subscription stands.</summary>
    /// <param name="json">Takes one object.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="state">How it stands.</param>
    /// <param name="context">Compacts the names.</param>
    /// <param name="sysAttrs">Whether createdAt and modifiedAt are shown (ETSI GS CIM 009 6.3.11).</param>
    /// <param name="includeContext">Whether the @context is a member (application/ld+json).</param>
    public static void Write(
        Utf8JsonWriter json, Subscription subscription, in SubscriptionState state, Context context, bool sysAttrs, bool includeContext)
    {
        json.WriteStartObject();
        WriteMembers(subscription, context, json);
        json.WriteString("status", state.Status switch
        {
            SubscriptionStatus.Active => "active",
            SubscriptionStatus.Paused => "paused",
            _ => "expired",
        });
        if (sysAttrs)
        {
            json.WriteString("createdAt", Timestamp.Format(subscription.CreatedAt));
            json.WriteString("modifiedAt", Timestamp.Format(subscription.ModifiedAt));
        }

        json.WriteStartObject("notification");
        WriteParameters(subscription.Notification, context, json);
        WriteState(state, json);
        json.WriteEndObject();
        if (includeContext)
        {
            json.WritePropertyName("@context");
            json.WriteRawValue(context.Json, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    private static void WriteMembers(Subscription subscription, Context context, Utf8JsonWriter json)
    {
        json.WriteString("id", subscription.Id);
        json.WriteString("type", "Subscription");
        WriteText(json, "subscriptionName", subscription.Name);
        WriteText(json, "description", subscription.Description);
        WriteEntities(subscription.Entities, context, json);
        WriteNames(json, "watchedAttributes", subscription.WatchedAttributes, context);
        WriteTriggers(subscription.Triggers, json);
        WriteText(json, "q", subscription.Q is { } q ? QueryWriter.Write(AsGiven(q, subscription, context), context) : null);
        WriteGeoQuery(subscription.GeoQ, context, json);
        WriteText(json, "scopeQ", subscription.ScopeQ is { } scopes ? QueryWriter.Write(scopes) : null);
        WriteText(json, "csf", subscription.Csf);
        WriteText(json, "lang", subscription.Lang);
        WriteTexts(json, "datasetId", subscription.DatasetIds);
        WriteNumber(json, "timeInterval", subscription.TimeInterval);
        WriteNumber(json, "throttling", subscription.Throttling);
        WriteText(json, "expiresAt", subscription.ExpiresAt?.Text);
        json.WriteBoolean("isActive", subscription.IsActive);
        WriteText(json, "jsonldContext", subscription.JsonldContext);
        WriteText(json, "expandValues", subscription.ExpandValues);
        WriteText(json, "jsonKeys", subscription.JsonKeys);
        if (subscription.LocalOnly is { } localOnly) json.WriteBoolean("localOnly", localOnly);
        if (subscription.SplitEntities is { } splitEntities) json.WriteBoolean("splitEntities", splitEntities);
        if (subscription.Conformance is { } version) json.WriteString("ngsildConformance", version.ToString());
    }

    private static QExpression AsGiven(QExpression q, Subscription subscription, Context context) =>
        ExpandedValues.OutOf(q, subscription.ExpandedNames(context), context);

    private static void WriteEntities(ImmutableArray<EntitySelector> selectors, Context context, Utf8JsonWriter json)
    {
        if (selectors.IsEmpty) return;
        json.WriteStartArray("entities");
        foreach (var selector in selectors)
        {
            json.WriteStartObject();
            if (selector.Ids is [var id]) json.WriteString("id", id);
            else WriteTexts(json, "id", selector.Ids);
            WriteText(json, "idPattern", selector.IdPattern?.Text);
            WriteText(json, "type", selector.Type is { } type ? QueryWriter.Write(type, context) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTriggers(NotificationTriggers triggers, Utf8JsonWriter json)
    {
        if (triggers == NotificationTriggers.Default) return;
        json.WriteStartArray("notificationTrigger");
        if (triggers.HasFlag(NotificationTriggers.EntityCreated)) json.WriteStringValue("entityCreated");
        if (triggers.HasFlag(NotificationTriggers.EntityDeleted)) json.WriteStringValue("entityDeleted");
        if (triggers.HasFlag(NotificationTriggers.EntityUpdated))
        {
            json.WriteStringValue("entityUpdated");
        }
        else
        {
            if (triggers.HasFlag(NotificationTriggers.AttributeCreated)) json.WriteStringValue("attributeCreated");
            if (triggers.HasFlag(NotificationTriggers.AttributeUpdated)) json.WriteStringValue("attributeUpdated");
            if (triggers.HasFlag(NotificationTriggers.AttributeDeleted)) json.WriteStringValue("attributeDeleted");
        }

        json.WriteEndArray();
    }

    private static void WriteGeoQuery(SubscribedGeoQuery? geo, Context context, Utf8JsonWriter json)
    {
        if (geo is null) return;
        json.WriteStartObject("geoQ");
        json.WriteString("georel", geo.Georel);
        json.WriteString("geometry", geo.Geometry);
        json.WritePropertyName("coordinates");
        json.WriteRawValue(geo.Coordinates.Span, skipInputValidation: true);
        if (geo.Query.Path.Names is not [DefaultGeoProperty])
        {
            json.WriteString("geoproperty", string.Join('.', geo.Query.Path.Names.Select(context.Compact)));
        }

        json.WriteEndObject();
    }

    private static void WriteParameters(NotificationParameters parameters, Context context, Utf8JsonWriter json)
    {
        WriteNames(json, "attributes", parameters.Attributes, context);
        WriteProjection(json, "pick", parameters.Pick, context);
        WriteProjection(json, "omit", parameters.Omit, context);
        json.WriteString("format", parameters.Format switch
        {
            EntityFormat.Concise => "concise",
            EntityFormat.Simplified => "simplified",
            _ => "normalized",
        });
        if (parameters.ShowChanges) json.WriteBoolean("showChanges", true);
        if (parameters.SysAttrs) json.WriteBoolean("sysAttrs", true);
        if (parameters.Join.Kind != JoinKind.None) json.WriteString("join", Join.WordOf(parameters.Join.Kind));
        if (parameters.Join.Level != Join.None.Level) json.WriteNumber("joinLevel", parameters.Join.Level);
        var endpoint = parameters.Endpoint;
        json.WriteStartObject("endpoint");
        json.WriteString("uri", endpoint.Uri);
        json.WriteString("accept", endpoint.Accept.Name());
        WriteNumber(json, "timeout", endpoint.Timeout);
        WriteNumber(json, "cooldown", endpoint.Cooldown);
        WritePairs(json, "receiverInfo", endpoint.ReceiverInfo);
        WritePairs(json, "notifierInfo", endpoint.NotifierInfo);
        json.WriteEndObject();
    }

    private static void WriteState(in SubscriptionState state, Utf8JsonWriter json)
    {
        if (state.LastNotification is { } notification)
        {
            json.WriteString("status", state.LastFailure is { } f && !(state.LastSuccess > f) ? "failed" : "ok");
            json.WriteString("lastNotification", Timestamp.Format(notification));
        }

        if (state.LastSuccess is { } success) json.WriteString("lastSuccess", Timestamp.Format(success));
        if (state.LastFailure is { } failure) json.WriteString("lastFailure", Timestamp.Format(failure));
        if (state.TimesSent > 0) json.WriteNumber("timesSent", state.TimesSent);
        if (state.TimesFailed > 0) json.WriteNumber("timesFailed", state.TimesFailed);
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> values)
    {
        if (values.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void WriteNames(Utf8JsonWriter json, string name, ImmutableArray<string> iris, Context context)
    {
        if (iris.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var iri in iris) json.WriteStringValue(context.Compact(iri));
        json.WriteEndArray();
    }

    private static void WriteProjection(Utf8JsonWriter json, string name, Projection? projection, Context context)
    {
        if (projection is null) return;
        json.WriteStartArray(name);
        foreach (var member in projection.Members) json.WriteStringValue(QueryWriter.Write(new Projection([member]), context));
        json.WriteEndArray();
    }

    private static void WritePairs(Utf8JsonWriter json, string name, ImmutableArray<KeyValue> pairs)
    {
        if (pairs.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var (key, value) in pairs)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
