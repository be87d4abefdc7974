using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.Broker.Notifications;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Snapshots;
using Endpoint = SmartCity.NgsiLd.Subscriptions.Endpoint;

namespace SmartCity.Broker.Snapshots;

/// <summary>Tells of the status of Snapshots (ETSI GS CIM 009 5.16.6), of each in order.</summary>
/// <param name="notifiers">The ways there are to endpoints.</param>
/// <param name="settings">How long and how often it is tried.</param>
/// <param name="clock">Timeouts and rests.</param>
/// <param name="stopping">Ends attempts when the broker stops.</param>
internal sealed class SnapshotNotifier(
    ImmutableArray<INotifier> notifiers, NotificationSettings settings, TimeProvider clock, CancellationToken stopping)
{
    /// <summary>Why a Snapshot cannot be told of where its endpoint says; null where it can, or nobody asks for it.</summary>
    public NgsiLdError? Objection(Snapshot snapshot)
    {
        if (snapshot.Endpoint is null) return null;
        if (!Uri.TryCreate(snapshot.Endpoint, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return NgsiLdError.BadRequestData("endpoint names no host");
        var notifier = notifiers.FirstOrDefault(one => one.Serves(uri.Scheme));
        var objection = notifier is null ? $"endpoint: this broker cannot notify by {uri.Scheme}" : notifier.Objection(EndpointOf(snapshot));
        // A Snapshot has at its root what a Subscription has in depth.
        return objection is null ? null : NgsiLdError.BadRequestData(objection
            .Replace("notification.endpoint.uri", "endpoint", StringComparison.Ordinal)
            .Replace("notification.endpoint.", "", StringComparison.Ordinal));
    }

    /// <summary>Tells how a Snapshot stands, unless nobody asks for it or it is still being prepared: its end is told of then.</summary>
    public void Notify(KeptSnapshot kept)
    {
        var snapshot = kept.Stored;
        if (snapshot.Endpoint is null || snapshot.Status == SnapshotStatus.Preparing) return;
        var before = kept.Notified;
        var now = clock.GetUtcNow();
        kept.Notified = Task.Run(() => SendAsync(before, kept.Tenant, snapshot, now), CancellationToken.None);
    }

    private async Task SendAsync(Task before, string tenant, Snapshot snapshot, DateTimeOffset now)
    {
        await before.ConfigureAwait(false);
        var endpoint = EndpointOf(snapshot);
        var scheme = new Uri(endpoint.Uri).Scheme;
        var channel = notifiers.First(one => one.Serves(scheme)).Open(new(tenant, endpoint, Context.Core.Uri!));
        var body = Body(snapshot, now);
        var rest = settings.FirstRest;
        for (var attempt = 1; attempt <= settings.Attempts && !stopping.IsCancellationRequested; attempt++)
        {
            using var deadline = new CancellationTokenSource(settings.Timeout, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
            if (await channel.SendAsync(body, either.Token).ConfigureAwait(false) != DeliveryOutcome.Unreachable) return;
            if (attempt == settings.Attempts) return;
            await Task.Delay(rest, clock, stopping).ContinueWith(
                static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
            rest *= 2;
        }
    }

    private static Endpoint EndpointOf(Snapshot snapshot) => new() { Uri = snapshot.Endpoint!, ReceiverInfo = snapshot.ReceiverInfo };

    private static byte[] Body(Snapshot snapshot, DateTimeOffset now)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            SnapshotWriter.WriteNotification(json, snapshot, $"urn:ngsi-ld:SnapshotNotification:{Guid.CreateVersion7(now)}", now);
        }

        return output.WrittenSpan.ToArray();
    }
}
