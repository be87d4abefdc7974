using System.Text.Json;
using SmartCity.Broker.Storage;
using SmartCity.Broker.Subscriptions;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Host.Http.Subscriptions;

/// <summary>
/// /subscriptions and /subscriptions/{subscriptionId} (ETSI GS CIM 009 6.10, 6.11), or the same of subscriptions to registrations (6.12, 6.13).
/// </summary>
/// <param name="collection">Path of the collection.</param>
/// <param name="subscriptions">What is in it.</param>
/// <param name="identity">Who this broker is.</param>
/// <param name="address">Where it is found.</param>
/// <param name="binder">Reads requests.</param>
/// <param name="limits">How much a request may have of what.</param>
internal sealed class SubscriptionEndpoints(
    string collection, ISubscriptionOperations subscriptions, SourceIdentity identity, PublicAddress address, CallBinder binder, Limits limits)
    : ResourceEndpoints<Subscription, SubscriptionView>(collection, "subscriptionId", subscriptions, local: false, binder, limits)
{
    public const string OfEntities = "/ngsi-ld/v1/subscriptions";
    public const string OfSources = "/ngsi-ld/v1/csourceSubscriptions";

    protected override string IdOf(Subscription resource) => resource.Id;

    protected override void Write(Utf8JsonWriter json, SubscriptionView view, JsonShape shape, bool sysAttrs) =>
        SubscriptionWriter.Write(json, view.Subscription, view.State, shape.Context, sysAttrs, shape.Type == MediaType.LdJson);

    protected override ValueTask<Result<ResourcePage<SubscriptionView>>> FindAsync(Call call, QueryParameters parameters, PageRequest page) =>
        subscriptions.QueryAsync(call, page, CancellationToken.None);

    protected override async ValueTask<Result<Call>> PrepareAsync(Exchange exchange, Document document)
    {
        // Where no jsonldContext is given, it is the @context of the request (5.8.1.4), which then needs a URL.
        var call = document.Body.Span.IndexOf("\"jsonldContext\""u8) < 0
            ? await Binder.NameContextAsync(exchange, document.Call, isNeeded: true)
            : document.Call;
        if (!call.TryGet(out var named, out var error)) return error;
        // It would be told what it has told itself (6.3.18).
        if (named.Via.Contains(identity.AliasOf(named.Tenant)))
        {
            return new NgsiLdError(NgsiLdErrorKind.SourceLoop, "the subscription has come from this broker");
        }

        return named with { Address = address.Of(exchange.Http.Request) };
    }
}
