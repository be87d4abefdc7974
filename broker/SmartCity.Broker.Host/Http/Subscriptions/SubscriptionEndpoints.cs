using System.Text.Json;
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
{
    public const string OfEntities = "/ngsi-ld/v1/subscriptions";
    public const string OfSources = "/ngsi-ld/v1/csourceSubscriptions";

    private string One => collection + "/{subscriptionId}";

    public IEnumerable<Route> Routes =>
    [
        new("POST", collection, CreateAsync),
        new("GET", collection, QueryAsync),
        new("GET", One, RetrieveAsync),
        new("PATCH", One, UpdateAsync),
        new("DELETE", One, DeleteAsync),
    ];

    private async ValueTask<Reply> CreateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local: false)).TryGet(out var document, out var refusal)) return refusal;
        // Where no jsonldContext is given, it is the @context of the request (5.8.1.4), which then needs a URL.
        var call = document.Body.Span.IndexOf("\"jsonldContext\""u8) < 0
            ? await binder.NameContextAsync(exchange, document.Call, isNeeded: true)
            : document.Call;
        if (!call.TryGet(out var named, out error)) return error;
        // It would be told what it has told itself (6.3.18).
        if (named.Via.Contains(identity.AliasOf(named.Tenant)))
        {
            return new NgsiLdError(NgsiLdErrorKind.SourceLoop, "the subscription has come from this broker");
        }

        named = named with { Address = address.Of(exchange.Http.Request) };
        var created = await subscriptions.CreateAsync(named, document.Body, CancellationToken.None);
        return created.TryGet(out var subscription, out error) ? EmptyReply.Created(collection + "/", subscription.Id) : error;
    }

    private async ValueTask<Reply> QueryAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Paging | Parameters.Options | Parameters.Local;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Options(Options.SysAttrs | Options.Count).TryGet(out var options, out error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        if (!Paging.Read(parameters, options, limits).TryGet(out var page, out error)) return error;
        var sysAttrs = (options & Options.SysAttrs) != 0;
        var found = await subscriptions.QueryAsync(call, page, CancellationToken.None);
        if (!found.TryGet(out var list, out error)) return error;
        return new JsonReply<SubscriptionPage>(list, shape, (json, all, form) => WriteAll(json, all, form, sysAttrs))
        {
            Neighbours = Paging.Links(exchange, page, list.HasMore, shape.Type),
            Total = list.Total,
        };
    }

    private async ValueTask<Reply> RetrieveAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Options | Parameters.Local;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Options(Options.SysAttrs).TryGet(out var options, out error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        var sysAttrs = (options & Options.SysAttrs) != 0;
        var found = await subscriptions.RetrieveAsync(call, exchange.First, CancellationToken.None);
        return found.TryGet(out var view, out error)
            ? new JsonReply<SubscriptionView>(view, shape, (json, one, form) => Write(json, one, form, sysAttrs))
            : error;
    }

    private async ValueTask<Reply> UpdateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local: false)).TryGet(out var document, out var refusal)) return refusal;
        var updated = await subscriptions.UpdateAsync(document.Call, exchange.First, document.Body, CancellationToken.None);
        return updated.TryGet(out _, out error) ? EmptyReply.NoContent : error;
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: false)).TryGet(out var call, out var refusal)) return refusal;
        var deleted = await subscriptions.DeleteAsync(call, exchange.First, CancellationToken.None);
        return deleted.TryGet(out _, out error) ? EmptyReply.NoContent : error;
    }

    private static void WriteAll(Utf8JsonWriter json, SubscriptionPage page, JsonShape shape, bool sysAttrs)
    {
        json.WriteStartArray();
        foreach (var view in page.Subscriptions) Write(json, view, shape, sysAttrs);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, SubscriptionView view, JsonShape shape, bool sysAttrs) =>
        SubscriptionWriter.Write(json, view.Subscription, view.State, shape.Context, sysAttrs, shape.Type == MediaType.LdJson);
}
