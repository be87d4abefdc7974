using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Subscriptions;

/// <summary>Writes Subscriptions (ETSI GS CIM 009 5.2.12) with the names of a @context.</summary>
public static class SubscriptionWriter
{
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
        MemberWriter.WriteText(json, "subscriptionName", subscription.Name);
        MemberWriter.WriteText(json, "description", subscription.Description);
        MemberWriter.WriteEntities(subscription.Entities, context, json);
        MemberWriter.WriteNames(json, "watchedAttributes", subscription.WatchedAttributes, context);
        WriteTriggers(subscription.Triggers, json);
        MemberWriter.WriteText(json, "q", subscription.Q is { } q ? QueryWriter.Write(AsGiven(q, subscription, context), context) : null);
        MemberWriter.WriteGeoQuery(subscription.GeoQ, context, json);
        MemberWriter.WriteText(json, "scopeQ", subscription.ScopeQ is { } scopes ? QueryWriter.Write(scopes) : null);
        MemberWriter.WriteText(json, "csf", subscription.Csf is { } csf ? QueryWriter.Write(csf, context) : null);
        MemberWriter.WriteTime(json, subscription.TemporalQ);
        MemberWriter.WriteText(json, "lang", subscription.Lang);
        MemberWriter.WriteTexts(json, "datasetId", subscription.DatasetIds);
        MemberWriter.WriteNumber(json, "timeInterval", subscription.TimeInterval);
        MemberWriter.WriteNumber(json, "throttling", subscription.Throttling);
        MemberWriter.WriteText(json, "expiresAt", subscription.ExpiresAt?.Text);
        json.WriteBoolean("isActive", subscription.IsActive);
        MemberWriter.WriteText(json, "jsonldContext", subscription.JsonldContext);
        MemberWriter.WriteText(json, "expandValues", subscription.ExpandValues);
        MemberWriter.WriteText(json, "jsonKeys", subscription.JsonKeys);
        if (subscription.LocalOnly is { } localOnly) json.WriteBoolean("localOnly", localOnly);
        if (subscription.SplitEntities is { } splitEntities) json.WriteBoolean("splitEntities", splitEntities);
        if (subscription.Conformance is { } version) json.WriteString("ngsildConformance", version.ToString());
    }

    private static QExpression AsGiven(QExpression q, Subscription subscription, Context context) =>
        ExpandedValues.OutOf(q, subscription.ExpandedNames(context), context);

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

    private static void WriteParameters(NotificationParameters parameters, Context context, Utf8JsonWriter json)
    {
        MemberWriter.WriteNames(json, "attributes", parameters.Attributes, context);
        MemberWriter.WriteProjection(json, "pick", parameters.Pick, context);
        MemberWriter.WriteProjection(json, "omit", parameters.Omit, context);
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
        MemberWriter.WriteNumber(json, "timeout", endpoint.Timeout);
        MemberWriter.WriteNumber(json, "cooldown", endpoint.Cooldown);
        MemberWriter.WritePairs(json, "receiverInfo", endpoint.ReceiverInfo);
        MemberWriter.WritePairs(json, "notifierInfo", endpoint.NotifierInfo);
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
}
