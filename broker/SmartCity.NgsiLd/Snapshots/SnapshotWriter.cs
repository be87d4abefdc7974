using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>Writes Snapshots (ETSI GS CIM 009 5.2.41) with the names of a @context.</summary>
public static class SnapshotWriter
{
    /// <summary>What a client may send and read again: <see cref="SnapshotReader"/> makes an equal Snapshot of it.</summary>
    public static void Write(Utf8JsonWriter json, Snapshot snapshot, Context context)
    {
        json.WriteStartObject();
        WriteGiven(snapshot, context, json);
        json.WriteEndObject();
    }

    /// <summary>What a client reads: with how the Snapshot stands.</summary>
    /// <param name="json">Takes one object.</param>
    /// <param name="snapshot">The Snapshot.</param>
    /// <param name="context">Compacts the names.</param>
    /// <param name="includeContext">Whether the @context is a member (application/ld+json).</param>
    public static void WriteStatus(Utf8JsonWriter json, Snapshot snapshot, Context context, bool includeContext)
    {
        json.WriteStartObject();
        WriteGiven(snapshot, context, json);
        json.WriteString("snapshotStatus", snapshot.Status.Word());
        WriteDetails(json, "snapshotQueriesDetails", snapshot.Details);
        WriteDetails(json, "snapshotTemporalQueriesDetails", snapshot.TemporalDetails);
        json.WriteString("createdAt", Timestamp.Format(snapshot.CreatedAt));
        json.WriteString("modifiedAt", Timestamp.Format(snapshot.ModifiedAt));
        json.WriteString("expiresAt", Timestamp.Format(snapshot.ExpiresAt));
        json.WriteString("lastUsedAt", Timestamp.Format(snapshot.LastUsedAt));
        if (includeContext)
        {
            json.WritePropertyName("@context");
            json.WriteRawValue(context.Json, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    /// <summary>A SnapshotNotification (ETSI GS CIM 009 5.3.4).</summary>
    /// <param name="json">Takes one object.</param>
    /// <param name="snapshot">What it tells of. An expiresAt before <paramref name="notifiedAt"/> says that it is deleted.</param>
    /// <param name="id">Of the notification, a URI.</param>
    /// <param name="notifiedAt">When it is made.</param>
    public static void WriteNotification(Utf8JsonWriter json, Snapshot snapshot, string id, DateTimeOffset notifiedAt)
    {
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("type", "SnapshotNotification");
        json.WriteString("snapshotId", snapshot.Id);
        json.WriteString("notifiedAt", Timestamp.Format(notifiedAt));
        json.WriteString("expiresAt", Timestamp.Format(snapshot.ExpiresAt));
        json.WriteString("snapshotStatus", snapshot.Status.Word());
        json.WriteNumber("snapshotPriority", snapshot.Priority);
        WriteDetails(json, "snapshotQueriesDetails", snapshot.Details);
        WriteDetails(json, "temporalSnapshotQueriesDetails", snapshot.TemporalDetails);
        json.WriteEndObject();
    }

    private static void WriteGiven(Snapshot snapshot, Context context, Utf8JsonWriter json)
    {
        json.WriteString("id", snapshot.Id);
        json.WriteString("type", "Snapshot");
        WriteQueries(json, "snapshotQueries", snapshot.Queries, context);
        WriteQueries(json, "snapshotTemporalQueries", snapshot.TemporalQueries, context);
        MemberWriter.WriteText(json, "snapshotLifetime", snapshot.Lifetime?.Text);
        json.WriteNumber("snapshotPriority", snapshot.Priority);
        MemberWriter.WriteText(json, "endpoint", snapshot.Endpoint);
        MemberWriter.WritePairs(json, "receiverInfo", snapshot.ReceiverInfo);
    }

    private static void WriteQueries(Utf8JsonWriter json, string name, ImmutableArray<SnapshotQuery> queries, Context context)
    {
        if (queries.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var query in queries) WriteQuery(json, query, context);
        json.WriteEndArray();
    }

    private static void WriteQuery(Utf8JsonWriter json, SnapshotQuery query, Context context)
    {
        json.WriteStartObject();
        json.WriteString("type", "Query");
        MemberWriter.WriteEntities(query.Entities, context, json);
        MemberWriter.WriteText(json, "q", query.Q is { } q ? QueryWriter.Write(AsGiven(q, query, context), context) : null);
        MemberWriter.WriteGeoQuery(query.GeoQ, context, json);
        MemberWriter.WriteText(json, "scopeQ", query.ScopeQ is { } scopes ? QueryWriter.Write(scopes) : null);
        MemberWriter.WriteNames(json, "attrs", query.Attributes, context);
        MemberWriter.WriteProjection(json, "pick", query.Pick, context);
        MemberWriter.WriteProjection(json, "omit", query.Omit, context);
        MemberWriter.WriteTexts(json, "datasetId", query.DatasetIds);
        MemberWriter.WriteText(json, "csf", query.Csf is { } csf ? QueryWriter.Write(csf, context) : null);
        MemberWriter.WriteText(json, "lang", query.Lang);
        MemberWriter.WriteText(json, "expandValues", query.ExpandValues);
        MemberWriter.WriteText(json, "jsonKeys", query.JsonKeys);
        if (query.SplitEntities is { } splitEntities) json.WriteBoolean("splitEntities", splitEntities);
        if (query.Join.Kind != JoinKind.None) json.WriteString("join", Join.WordOf(query.Join.Kind));
        if (query.Join.Level != Join.None.Level) json.WriteNumber("joinLevel", query.Join.Level);
        MemberWriter.WriteTexts(json, "containedBy", query.Join.ContainedBy);
        MemberWriter.WriteTime(json, query.Time);
        foreach (var (name, value) in query.OfAnswers)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }

        json.WriteEndObject();
    }

    private static QExpression AsGiven(QExpression q, SnapshotQuery query, Context context) => query.ExpandValues is { } list
        ? ExpandedValues.OutOf(q, [.. Subscription.NamesIn(list).Select(context.Expand)], context)
        : q;

    /// <summary>ETSI GS CIM 009 5.2.42.</summary>
    private static void WriteDetails(Utf8JsonWriter json, string name, ImmutableArray<ExecutionResult> details)
    {
        if (details.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var result in details)
        {
            json.WriteStartObject();
            json.WriteString("resultStatus", result.Word);
            if (result.Problem is { } problem)
            {
                json.WriteStartObject("problemDetails");
                json.WriteString("type", problem.Type);
                json.WriteString("title", problem.Title);
                json.WriteString("detail", problem.Detail);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
