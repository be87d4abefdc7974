using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;

namespace SmartCity.Broker.Snapshots;

/// <summary>The form in which a Snapshot is kept: as a client would send it, with the meaning of names and how it stands beside it.</summary>
internal static class SnapshotDocument
{
    private const int Depth = 1000;

    /// <param name="snapshot">The Snapshot.</param>
    /// <param name="origin">How it is prepared.</param>
    /// <param name="entities">How many Entities it was filled with.</param>
    /// <param name="context">The client's: its terms are used where it has any.</param>
    public static Result<byte[]> Write(Snapshot snapshot, SnapshotOrigin origin, long entities, Context context)
    {
        var names = MentionedNames.Of(SnapshotNames.Of(snapshot), context);
        if (!MentionedNames.Compile(names).TryGet(out var ownContext, out var error)) return error;
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WritePropertyName("names");
            json.WriteRawValue(names);
            json.WritePropertyName("snapshot");
            SnapshotWriter.Write(json, snapshot, ownContext);
            json.WriteString("status", snapshot.Status.Word());
            Write(json, "details", snapshot.Details);
            Write(json, "temporalDetails", snapshot.TemporalDetails);
            Write(json, "createdAt", snapshot.CreatedAt);
            Write(json, "modifiedAt", snapshot.ModifiedAt);
            Write(json, "expiresAt", snapshot.ExpiresAt);
            Write(json, "lastUsedAt", snapshot.LastUsedAt);
            json.WriteBoolean("isLocal", origin.IsLocal);
            json.WriteString("source", origin.Source);
            json.WriteNumber("starts", origin.Starts);
            json.WriteNumber("entities", entities);
            json.WriteEndObject();
        }

        var document = output.WrittenSpan.ToArray();
        // What cannot be read back is not kept, whatever the reason.
        return Read(document).Map(_ => document);
    }

    /// <summary>What the store holds, as it was before the broker was stopped.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static KeptSnapshot Kept(StoredSnapshot stored)
    {
        using var json = JsonDocument.Parse(stored.Document, new() { MaxDepth = Depth });
        var root = json.RootElement;
        if (!Read(root).TryGet(out var snapshot, out var error))
        {
            throw new InvalidDataException($"The stored Snapshot {stored.Id} cannot be read: {error.Detail}");
        }

        return new(stored.Space, stored.Tenant, snapshot, Origin(root))
        {
            IsGone = stored.IsDeleted,
            Entities = root.TryGetProperty("entities", out var entities) ? entities.GetInt64() : 0,
        };
    }

    // One that an older version has kept does not say.
    private static SnapshotOrigin Origin(JsonElement root) => root.TryGetProperty("starts", out var starts)
        ? new(root.GetProperty("isLocal").GetBoolean(), root.GetProperty("source").GetString(), starts.GetInt32())
        : new(false, null);

    private static Result<Snapshot> Read(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document, new() { MaxDepth = Depth });
        return Read(json.RootElement);
    }

    private static Result<Snapshot> Read(JsonElement root) =>
        MentionedNames.Compile(Raw(root, "names"))
            .Then(context => SnapshotReader.Read(Raw(root, "snapshot"), SnapshotInput.Kept, context, Depth))
            .Map(snapshot => snapshot with
            {
                Status = SnapshotStatuses.Find(root.GetProperty("status").GetString()) ?? SnapshotStatus.Failure,
                Details = Details(root, "details"),
                TemporalDetails = Details(root, "temporalDetails"),
                CreatedAt = Time(root, "createdAt"),
                ModifiedAt = Time(root, "modifiedAt"),
                ExpiresAt = Time(root, "expiresAt"),
                LastUsedAt = Time(root, "lastUsedAt"),
            });

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteString(name, time.ToString("O", CultureInfo.InvariantCulture));

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<ExecutionResult> details)
    {
        json.WriteStartArray(name);
        foreach (var result in details)
        {
            json.WriteStartObject();
            json.WriteString("outcome", result.Word);
            if (result.Problem is { } problem)
            {
                json.WriteString("kind", problem.Kind.ToString());
                json.WriteString("detail", problem.Detail);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ImmutableArray<ExecutionResult> Details(JsonElement root, string name) =>
        [.. root.GetProperty(name).EnumerateArray().Select(Detail)];

    private static ExecutionResult Detail(JsonElement result)
    {
        var outcome = ExecutionResult.Find(result.GetProperty("outcome").GetString()) ?? ExecutionOutcome.Failure;
        if (!result.TryGetProperty("kind", out var kind)) return new(outcome, null);
        var known = Enum.TryParse<NgsiLdErrorKind>(kind.GetString(), out var parsed) ? parsed : NgsiLdErrorKind.InternalError;
        return new(outcome, new(known, result.GetProperty("detail").GetString()!));
    }

    private static byte[] Raw(JsonElement root, string name) => JsonSerializer.SerializeToUtf8Bytes(root.GetProperty(name));

    private static DateTimeOffset Time(JsonElement root, string name) =>
        DateTimeOffset.ParseExact(root.GetProperty(name).GetString()!, "O", CultureInfo.InvariantCulture);
}
