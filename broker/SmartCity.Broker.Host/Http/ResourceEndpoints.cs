using System.Text.Json;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>
/// A collection of documents that clients keep in the broker, and each of them: Subscriptions and registrations are created, listed, shown,
/// changed and deleted alike (ETSI GS CIM 009 6.8 - 6.13).
/// </summary>
/// <param name="collection">Path of the collection.</param>
/// <param name="variable">What the path of one calls its id.</param>
/// <param name="operations">What is done.</param>
/// <param name="local">Whether no other broker has to do with it.</param>
/// <param name="binder">Reads requests.</param>
/// <param name="limits">How much a request may have of what.</param>
internal abstract class ResourceEndpoints<TResource, TView>(
    string collection, string variable, IResourceOperations<TResource, TView> operations, bool local, CallBinder binder, Limits limits)
{
    private readonly string _one = $"{collection}/{{{variable}}}";

    public IEnumerable<Route> Routes =>
    [
        new("POST", collection, CreateAsync),
        new("GET", collection, QueryAsync),
        new("GET", _one, RetrieveAsync),
        new("PATCH", _one, UpdateAsync),
        new("DELETE", _one, DeleteAsync),
    ];

    protected CallBinder Binder => binder;

    protected abstract string IdOf(TResource resource);

    protected abstract void Write(Utf8JsonWriter json, TView view, JsonShape shape, bool sysAttrs);

    /// <summary>The parameters of a list beside those of its pages.</summary>
    protected virtual Parameters Filters => Parameters.None;

    protected abstract ValueTask<Result<ResourcePage<TView>>> FindAsync(Call call, QueryParameters parameters, PageRequest page);

    /// <summary>What a new one needs to know of the request that creates it.</summary>
    protected virtual ValueTask<Result<Call>> PrepareAsync(Exchange exchange, Document document) => new(document.Call);

    private async ValueTask<Reply> CreateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        if (!(await PrepareAsync(exchange, document)).TryGet(out var call, out error)) return error;
        var created = await operations.CreateAsync(call, document.Body, CancellationToken.None);
        return created.TryGet(out var resource, out error) ? EmptyReply.Created(collection + "/", IdOf(resource)) : error;
    }

    private async ValueTask<Reply> QueryAsync(Exchange exchange)
    {
        var known = Filters | Parameters.Paging | Parameters.Options | Parameters.Local;
        if (!QueryParameters.Read(exchange, known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Options(Options.SysAttrs | Options.Count).TryGet(out var options, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        if (!Paging.Read(parameters, options, limits).TryGet(out var page, out error)) return error;
        if (!(await FindAsync(call, parameters, page)).TryGet(out var found, out error)) return error;
        var sysAttrs = (options & Options.SysAttrs) != 0;
        return new JsonReply<ResourcePage<TView>>(found, shape, (json, all, form) => WriteAll(json, all, form, sysAttrs))
        {
            Neighbours = Paging.Links(exchange, page, found.HasMore, shape.Type),
            Total = found.Total,
        };
    }

    private async ValueTask<Reply> RetrieveAsync(Exchange exchange)
    {
        const Parameters Known = Parameters.Options | Parameters.Local;
        if (!QueryParameters.Read(exchange, Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Options(Options.SysAttrs).TryGet(out var options, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        var sysAttrs = (options & Options.SysAttrs) != 0;
        var found = await operations.RetrieveAsync(call, exchange.First, CancellationToken.None);
        return found.TryGet(out var view, out error)
            ? new JsonReply<TView>(view, shape, (json, one, form) => Write(json, one, form, sysAttrs))
            : error;
    }

    private async ValueTask<Reply> UpdateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local)).TryGet(out var document, out var refusal)) return refusal;
        var updated = await operations.UpdateAsync(document.Call, exchange.First, document.Body, CancellationToken.None);
        return updated.TryGet(out _, out error) ? EmptyReply.NoContent : error;
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        var deleted = await operations.DeleteAsync(call, exchange.First, CancellationToken.None);
        return deleted.TryGet(out _, out error) ? EmptyReply.NoContent : error;
    }

    private void WriteAll(Utf8JsonWriter json, ResourcePage<TView> page, JsonShape shape, bool sysAttrs)
    {
        json.WriteStartArray();
        foreach (var view in page.Items) Write(json, view, shape, sysAttrs);
        json.WriteEndArray();
    }
}
