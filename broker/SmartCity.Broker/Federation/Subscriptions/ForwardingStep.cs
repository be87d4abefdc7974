using System.Buffers;
using System.Text.Json;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>Brings one source in step: makes, updates or deletes its copy (ETSI GS CIM 009 5.8.1.4, 5.8.2.4, 5.8.5.4).</summary>
/// <param name="store">Remembers before the source is told, so that nothing is forgotten there.</param>
/// <param name="client">Tells it.</param>
/// <param name="registry">Knows how the source stands, if it is still registered.</param>
internal sealed class ForwardingStep(IForwardingStore store, IContextSourceClient client, ContextRegistry registry)
{
    private const string Collection = "/ngsi-ld/v1/subscriptions";

    /// <summary>Below a broker's address: where sources send notifications, followed by the key.</summary>
    public const string Notifications = "/ngsi-ld/ex/v1/notifications/";

    /// <param name="tenant">Whose subscription.</param>
    /// <param name="subscriptionId">Which.</param>
    /// <param name="kept">What the source has, or may have; null for nothing.</param>
    /// <param name="wanted">What it should have; null for nothing.</param>
    /// <param name="keep">Is told each time that what the source has, or may have, becomes something else; before the source may send.</param>
    /// <param name="cancellation">The broker stops.</param>
    /// <returns>Success, or what the source said.</returns>
    public async ValueTask<StepOutcome> RunAsync(
        string tenant, string subscriptionId, Forwarding? kept, WantedCopy? wanted, Action<Forwarding?> keep, CancellationToken cancellation)
    {
        var steps = new Steps(tenant, subscriptionId, kept, keep, store, client, registry, cancellation);
        return wanted is null ? await steps.EndAsync().ConfigureAwait(false) : await steps.MakeAsync(wanted).ConfigureAwait(false);
    }

    private sealed class Steps(
        string tenant, string subscriptionId, Forwarding? kept, Action<Forwarding?> keep, IForwardingStore store, IContextSourceClient client,
        ContextRegistry registry, CancellationToken cancellation)
    {
        public async ValueTask<StepOutcome> MakeAsync(WantedCopy wanted)
        {
            var call = new Call { Tenant = tenant, Context = wanted.Context, Via = wanted.Via };
            var named = await client.ContextAsync(call, wanted.Source, cancellation).ConfigureAwait(false);
            if (!named.IsSuccess) return StepOutcome.Of(named);
            var forwarding = kept ?? new Forwarding
            {
                Key = Forwarding.NewKey(),
                Tenant = tenant,
                SubscriptionId = subscriptionId,
                Source = wanted.Source.Registration,
                RemoteId = Forwarding.NewRemoteId(),
                Sent = default,
            };
            var document = Document(wanted, forwarding, named.Value!);
            if (!forwarding.IsMade) return await CreateAsync(call, wanted.Source, forwarding, document).ConfigureAwait(false);
            if (forwarding.Sent.Span.SequenceEqual(document))
            {
                if (forwarding.Source.ModifiedAt != wanted.Source.Registration.ModifiedAt)
                {
                    await KeepAsync(forwarding with { Source = wanted.Source.Registration }).ConfigureAwait(false);
                }

                return StepOutcome.Done;
            }

            if (Offers(wanted.Source, ContextSourceOperations.UpdateSubscription))
            {
                var updated = await PatchAsync(call, wanted.Source, forwarding, document).ConfigureAwait(false);
                if (updated.Kind != SourceOutcome.NotFound) return updated;
                return await CreateAsync(call, wanted.Source, forwarding with { IsMade = false, Sent = default }, document).ConfigureAwait(false);
            }

            // Another one in its place: what the old one sends meanwhile is not known any more.
            var ended = await EndAsync().ConfigureAwait(false);
            return ended.IsDone ? await MakeAsync(wanted).ConfigureAwait(false) : ended;
        }

        /// <summary>Success where the source has nothing any more, or does not let anybody delete.</summary>
        public async ValueTask<StepOutcome> EndAsync()
        {
            if (kept is not { } old) return StepOutcome.Done;
            var source = new ContextSource(tenant, old.Source, registry.Find(tenant, old.Source.Id)?.State ?? new());
            if (Offers(source, ContextSourceOperations.DeleteSubscription))
            {
                var call = new Call { Tenant = tenant, Context = Context.Core };
                var answer = await client.SendAsync(call, source, new(HttpMethod.Delete, PathOf(old)), cancellation).ConfigureAwait(false);
                if (!answer.IsSuccess && answer.Outcome != SourceOutcome.NotFound) return StepOutcome.Of(answer);
            }

            await store.DeleteAsync(old.Key, cancellation).ConfigureAwait(false);
            keep(kept = null);
            return StepOutcome.Done;
        }

        private async ValueTask<StepOutcome> CreateAsync(Call call, ContextSource source, Forwarding forwarding, byte[] document)
        {
            // What it may have from an attempt before, of which nobody knows how it ended.
            var before = forwarding.Sent;
            forwarding = forwarding with { Source = source.Registration };
            if (before.IsEmpty) await KeepAsync(forwarding with { Sent = document }).ConfigureAwait(false);
            var answer = await client.SendAsync(call, source, new(HttpMethod.Post, Collection, "", document), cancellation).ConfigureAwait(false);
            if (answer.Status == 409)
            {
                var there = before.IsEmpty ? document : before;
                return await PatchAsync(call, source, forwarding with { Sent = there }, document).ConfigureAwait(false);
            }

            if (!answer.IsSuccess) return StepOutcome.Of(answer);
            await KeepAsync(forwarding with { Sent = document, IsMade = true, RemoteId = IdIn(answer.Value!.Location) ?? forwarding.RemoteId })
                .ConfigureAwait(false);
            return StepOutcome.Done;
        }

        private async ValueTask<StepOutcome> PatchAsync(Call call, ContextSource source, Forwarding forwarding, byte[] document)
        {
            var fragment = SubscriptionPatch.Between(forwarding.Sent, document);
            if (fragment.Length > 2)
            {
                var answer = await client.SendAsync(call, source, new(HttpMethod.Patch, PathOf(forwarding), "", fragment), cancellation).ConfigureAwait(false);
                if (!answer.IsSuccess) return StepOutcome.Of(answer);
            }

            await KeepAsync(forwarding with { Source = source.Registration, Sent = document, IsMade = true }).ConfigureAwait(false);
            return StepOutcome.Done;
        }

        private async ValueTask KeepAsync(Forwarding forwarding)
        {
            if (!forwarding.Write().TryGet(out var stored, out var error)) throw new InvalidDataException(error.Detail);
            await store.SaveAsync(stored, cancellation).ConfigureAwait(false);
            keep(kept = forwarding);
        }
    }

    private static byte[] Document(WantedCopy wanted, Forwarding forwarding, Context context)
    {
        var shown = wanted.Copy.Notification;
        var copy = wanted.Copy with
        {
            Id = forwarding.RemoteId,
            Notification = shown with { Endpoint = shown.Endpoint with { Uri = wanted.Address + Notifications + forwarding.Key } },
        };
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output)) SubscriptionWriter.Write(json, copy, context);
        return output.WrittenSpan.ToArray();
    }

    private static bool Offers(ContextSource source, ContextSourceOperations operation) => (source.Registration.Operations & operation) != 0;

    private static string PathOf(Forwarding forwarding) => $"{Collection}/{UrlText.Segment(forwarding.RemoteId)}";

    private static string? IdIn(string? location) =>
        location is not null && Uri.UnescapeDataString(location[(location.LastIndexOf('/') + 1)..]) is var id && Iri.IsAbsolute(id) ? id : null;
}

/// <summary>What came of telling a source.</summary>
internal readonly record struct StepOutcome(SourceOutcome Kind)
{
    public static StepOutcome Done => new(SourceOutcome.Success);

    public bool IsDone => Kind == SourceOutcome.Success;

    /// <summary>Whether it would have failed with any Subscription.</summary>
    public bool IsDown => Kind is SourceOutcome.Timeout or SourceOutcome.Invalid;

    public static StepOutcome Of<T>(in SourceAnswer<T> answer) =>
        new(answer.Status >= 500 && answer.Outcome == SourceOutcome.Refused ? SourceOutcome.Invalid : answer.Outcome);
}
