using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Federation.Http;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>
/// Reads Notifications of sources (ETSI GS CIM 009 5.3.1, 5.8.6): Entities in any form of 4.5 that is not simplified, and what was deleted.
/// </summary>
internal sealed class NotificationReader(IContextResolver contexts, Limits limits, TimeProvider clock)
{
    private readonly EntityAnswers _answers = new(contexts, limits, clock);
    private readonly EntityReaderOptions _reading = new() { MaxDepth = limits.JsonDepth };

    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="link">The Link headers; null for none.</param>
    /// <param name="told">The @context in which the source was told the Subscription.</param>
    /// <param name="cancellation">Stops waiting for one that is fetched.</param>
    public async ValueTask<Result<ReceivedNotification>> ReadAsync(
        ReadOnlyMemory<byte> body, string? link, Context told, CancellationToken cancellation)
    {
        var found = await _answers.ContextAsync(new SourceReply { Link = link }, body, told, cancellation).ConfigureAwait(false);
        if (!found.TryGet(out var context, out var error)) return error;
        try
        {
            using var json = JsonDocument.Parse(body, new() { MaxDepth = limits.JsonDepth });
            return Read(json.RootElement, context);
        }
        catch (JsonException broken)
        {
            return NgsiLdError.InvalidRequest(broken.Message);
        }
        catch (InvalidOperationException)
        {
            return NgsiLdError.BadRequestData("a text of the notification is no Unicode");
        }
    }

    private Result<ReceivedNotification> Read(JsonElement root, Context context)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "type") != "Notification") return NgsiLdError.BadRequestData("it is no notification");
        if (!root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
        {
            return NgsiLdError.BadRequestData("data is no array of Entities");
        }

        if (data.GetArrayLength() > limits.BatchItems)
        {
            return NgsiLdError.BadRequestData($"data has {data.GetArrayLength()} Entities, which is more than {limits.BatchItems}");
        }

        var entities = ImmutableArray.CreateBuilder<ReceivedEntity>(data.GetArrayLength());
        foreach (var item in data.EnumerateArray())
        {
            if (!Entity(item, context).TryGet(out var entity, out var error)) return error;
            entities.Add(entity);
        }

        return new ReceivedNotification(Text(root, "id") ?? "", entities.ToImmutable());
    }

    private Result<ReceivedEntity> Entity(JsonElement item, Context context)
    {
        if (item.ValueKind != JsonValueKind.Object) return NgsiLdError.BadRequestData("data holds something that is no Entity");
        var deleted = ImmutableArray.CreateBuilder<AttributeChange>();
        var left = new System.Buffers.ArrayBufferWriter<byte>();
        var isGone = Time(item, "deletedAt");
        using (var json = new Utf8JsonWriter(left, new() { SkipValidation = true }))
        {
            json.WriteStartObject();
            foreach (var member in item.EnumerateObject())
            {
                if (member.Name is "deletedAt" or "@context") continue;
                if (member.Name is not ("id" or "type" or "createdAt" or "modifiedAt") && isGone is not null) continue;
                if (Left(member, context, deleted) is { } kept) Write(json, member.Name, kept);
            }

            json.WriteEndObject();
        }

        return EntityReader.Read(left.WrittenMemory, context, EntityInput.Received, _reading)
            .Map(entity => new ReceivedEntity(entity, deleted.ToImmutable(), isGone) { Before = PreviousValues.Read(item, context, _reading) });
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<JsonElement> kept)
    {
        json.WritePropertyName(name);
        if (kept.Count == 1)
        {
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(kept[0]), skipInputValidation: true);
            return;
        }

        json.WriteStartArray();
        foreach (var instance in kept) json.WriteRawValue(JsonMarshal.GetRawUtf8Value(instance), skipInputValidation: true);
        json.WriteEndArray();
    }

    /// <summary>What is left of a member without its instances that were deleted; null where nothing is.</summary>
    private static List<JsonElement>? Left(System.Text.Json.JsonProperty member, Context context, ImmutableArray<AttributeChange>.Builder deleted)
    {
        // Of what is no Attribute only the scope may be gone, which nobody is told apart.
        var isAttribute = member.Name is not ("id" or "type" or "scope" or "createdAt" or "modifiedAt" or "expiresAt");
        if (!isAttribute || member.Value.ValueKind != JsonValueKind.Array) return IsDeleted(member.Value, out _) ? Gone(null) : [member.Value];
        var left = new List<JsonElement>();
        var wasDeleted = false;
        foreach (var instance in member.Value.EnumerateArray())
        {
            if (!IsDeleted(instance, out var datasetId)) left.Add(instance);
            else wasDeleted = Gone(datasetId) is null;
        }

        // An array without deletions may be the value of a concise Property.
        return !wasDeleted ? [member.Value] : left.Count > 0 ? left : null;

        List<JsonElement>? Gone(string? datasetId)
        {
            if (!isAttribute) return null;
            datasetId ??= member.Value.ValueKind == JsonValueKind.Object ? Text(member.Value, "datasetId") : null;
            deleted.Add(new(context.Expand(member.Name), datasetId, AttributeChangeKind.Deleted));
            return null;
        }
    }

    private static bool IsDeleted(JsonElement value, out string? datasetId)
    {
        datasetId = null;
        if (IsNull(value)) return true;
        if (value.ValueKind != JsonValueKind.Object) return false;
        datasetId = Text(value, "datasetId");
        foreach (var name in (ReadOnlySpan<string>)["value", "object", "json", "vocab", "languageMap", "valueList", "objectList"])
        {
            if (!value.TryGetProperty(name, out var inside)) continue;
            if (IsNull(inside)) return true;
            if (inside.ValueKind == JsonValueKind.Array && inside.GetArrayLength() == 1 && IsNull(inside[0])) return true;
            if (name == "languageMap" && inside.ValueKind == JsonValueKind.Object
                && inside.TryGetProperty("@none", out var none) && IsNull(none)) return true;
        }

        return false;
    }

    private static bool IsNull(JsonElement value) => value.ValueKind == JsonValueKind.String && value.ValueEquals(NgsiLdNull.Uri);

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement item, string name) =>
        DateTimeOffset.TryParse(Text(item, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUniversalTime() : null;
}
