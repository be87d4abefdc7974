using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SmartCity.Broker.Contexts;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Subscriptions;

/// <summary>
/// The form in which a Subscription is kept: as a client would send it, with the meaning of each name that it mentions beside it.
/// So it is read again without any other @context; only how notifications are shown needs the one that is referred to.
/// </summary>
/// <param name="Subscription">The Subscription.</param>
/// <param name="NotificationContext">The value of an <c>@context</c> member, UTF-8 JSON.</param>
internal sealed record SubscriptionDocument(Subscription Subscription, ReadOnlyMemory<byte> NotificationContext)
{
    private const int Depth = 1000;

    /// <summary>Where the @context of notifications is.</summary>
    public ContextReference ContextReference =>
        Subscription.JsonldContext is { } uri ? ContextReference.Link(uri) : ContextReference.Inline(NotificationContext);

    /// <summary>The same for documents with the same <see cref="ContextReference"/>.</summary>
    public string ContextKey => Subscription.JsonldContext ?? Encoding.UTF8.GetString(NotificationContext.Span);

    /// <param name="context">The client's: its terms are used where it has any.</param>
    public Result<byte[]> Write(Context context)
    {
        var names = MentionedNames.Of(SubscriptionNames.Of(Subscription), context);
        if (!MentionedNames.Compile(names).TryGet(out var ownContext, out var error)) return error;
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WritePropertyName("names");
            json.WriteRawValue(names);
            json.WritePropertyName("notificationContext");
            json.WriteRawValue(NotificationContext.Span);
            json.WriteString("createdAt", Subscription.CreatedAt.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("modifiedAt", Subscription.ModifiedAt.ToString("O", CultureInfo.InvariantCulture));
            if (Subscription.Address is { } address) json.WriteString("address", address);
            if (!Subscription.Via.IsEmpty)
            {
                json.WriteStartArray("via");
                foreach (var passed in Subscription.Via) json.WriteStringValue(passed);
                json.WriteEndArray();
            }

            json.WritePropertyName("subscription");
            SubscriptionWriter.Write(json, Subscription, ownContext);
            json.WriteEndObject();
        }

        var document = output.WrittenSpan.ToArray();
        // What cannot be read back is not kept, whatever the reason.
        return Read(document).Map(_ => document);
    }

    public static Result<SubscriptionDocument> Read(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document, new() { MaxDepth = Depth });
        var root = json.RootElement;
        return MentionedNames.Compile(Raw(root, "names"))
            .Then(context => SubscriptionReader.Read(Raw(root, "subscription"), context, Depth))
            .Map(subscription => new SubscriptionDocument(
                subscription with
                {
                    CreatedAt = Time(root, "createdAt"),
                    ModifiedAt = Time(root, "modifiedAt"),
                    Address = root.TryGetProperty("address", out var address) ? address.GetString() : null,
                    Via = root.TryGetProperty("via", out var via) ? [.. via.EnumerateArray().Select(passed => passed.GetString()!)] : [],
                },
                Raw(root, "notificationContext")));
    }

    private static byte[] Raw(JsonElement root, string name) => JsonSerializer.SerializeToUtf8Bytes(root.GetProperty(name));

    private static DateTimeOffset Time(JsonElement root, string name) =>
        DateTimeOffset.ParseExact(root.GetProperty(name).GetString()!, "O", CultureInfo.InvariantCulture);
}
