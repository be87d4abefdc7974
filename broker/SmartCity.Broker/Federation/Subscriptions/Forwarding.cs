using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>
/// The copy of a Subscription that a source has, or may have (ETSI GS CIM 009 5.8.1.4): what it takes to update and to delete it, and to know
/// whose the notifications are that come from it, whatever has become of the Subscription and of the registration.
/// </summary>
internal sealed record Forwarding
{
    /// <summary>Names the route to which the source sends. Nobody guesses it.</summary>
    public required string Key { get; init; }

    public required string Tenant { get; init; }

    public required string SubscriptionId { get; init; }

    /// <summary>The source as it was when it was last told something.</summary>
    public required ContextSourceRegistration Source { get; init; }

    /// <summary>The id of the copy. It is chosen here, so that a copy that was made just before a crash is found again.</summary>
    public required string RemoteId { get; init; }

    /// <summary>What the source was told last, in its terms: UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Sent { get; init; }

    /// <summary>Whether the source has confirmed that it has the copy.</summary>
    public bool IsMade { get; init; }

    /// <summary>Where a source is: another endpoint or tenant is another source, whatever the registration's id.</summary>
    public static string PlaceOf(ContextSourceRegistration source) => $"{source.Id}\n{source.Endpoint}\n{source.Tenant}";

    public static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static string NewRemoteId() => $"urn:ngsi-ld:Subscription:{new Guid(RandomNumberGenerator.GetBytes(16))}";

    public Result<StoredForwarding> Write()
    {
        if (!RegistrationDocument.Write(Source).TryGet(out var source, out var error)) return error;
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("tenant", Tenant);
            json.WriteString("subscription", SubscriptionId);
            json.WriteString("remote", RemoteId);
            json.WriteBoolean("made", IsMade);
            json.WritePropertyName("sent");
            json.WriteRawValue(Sent.Span);
            json.WritePropertyName("source");
            json.WriteRawValue(source);
            json.WriteEndObject();
        }

        return new StoredForwarding(Key, output.WrittenSpan.ToArray());
    }

    public static Result<Forwarding> Read(StoredForwarding stored)
    {
        using var json = JsonDocument.Parse(stored.Document, new() { MaxDepth = 1000 });
        var root = json.RootElement;
        return RegistrationDocument.Read(JsonSerializer.SerializeToUtf8Bytes(root.GetProperty("source"))).Map(source => new Forwarding
        {
            Key = stored.Key,
            Tenant = root.GetProperty("tenant").GetString()!,
            SubscriptionId = root.GetProperty("subscription").GetString()!,
            Source = source,
            RemoteId = root.GetProperty("remote").GetString()!,
            Sent = JsonSerializer.SerializeToUtf8Bytes(root.GetProperty("sent")),
            IsMade = root.GetProperty("made").GetBoolean(),
        });
    }
}
