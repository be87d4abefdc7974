using System.Text.Json;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Host.Http.Registrations;

/// <summary>/csourceRegistrations and /csourceRegistrations/{registrationId} (ETSI GS CIM 009 6.8, 6.9).</summary>
internal sealed class RegistrationEndpoints(IRegistrationOperations registrations, CallBinder binder, Limits limits)
{
    private const string Collection = "/ngsi-ld/v1/csourceRegistrations";
    private const string One = Collection + "/{registrationId}";

    public IEnumerable<Route> Routes =>
    [
        new("POST", Collection, CreateAsync),
        new("GET", Collection, QueryAsync),
        new("GET", One, RetrieveAsync),
        new("PATCH", One, UpdateAsync),
        new("DELETE", One, DeleteAsync),
    ];

    private async ValueTask<Reply> CreateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local: true)).TryGet(out var document, out var refusal)) return refusal;
        var created = await registrations.CreateAsync(document.Call, document.Body, CancellationToken.None);
        return created.TryGet(out var registration, out error) ? EmptyReply.Created(Collection + "/", registration.Id) : error;
    }

    private async ValueTask<Reply> QueryAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, RegistrationQueries.Known, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Options(Options.SysAttrs | Options.Count).TryGet(out var options, out error)) return error;
        if (!(await binder.BindAsync(exchange, local: true)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        if (!Paging.Read(parameters, options, limits).TryGet(out var page, out error)) return error;
        if (!RegistrationQueries.Read(parameters, call, page).TryGet(out var query, out error)) return error;
        var sysAttrs = (options & Options.SysAttrs) != 0;
        var found = await registrations.QueryAsync(call, query, page, CancellationToken.None);
        if (!found.TryGet(out var list, out error)) return error;
        return new JsonReply<RegistrationPage>(list, shape, (json, all, form) => WriteAll(json, all, form, sysAttrs))
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
        if (!(await binder.BindAsync(exchange, local: true)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        var sysAttrs = (options & Options.SysAttrs) != 0;
        var found = await registrations.RetrieveAsync(call, exchange.First, CancellationToken.None);
        return found.TryGet(out var view, out error)
            ? new JsonReply<RegistrationView>(view, shape, (json, one, form) => Write(json, one, form, sysAttrs))
            : error;
    }

    private async ValueTask<Reply> UpdateAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindDocumentAsync(exchange, local: true)).TryGet(out var document, out var refusal)) return refusal;
        var updated = await registrations.UpdateAsync(document.Call, exchange.First, document.Body, CancellationToken.None);
        return updated.TryGet(out _, out error) ? EmptyReply.NoContent : error;
    }

    private async ValueTask<Reply> DeleteAsync(Exchange exchange)
    {
        if (!QueryParameters.Read(exchange, Parameters.Local, limits).TryGet(out _, out var error)) return error;
        if (!(await binder.BindAsync(exchange, local: true)).TryGet(out var call, out var refusal)) return refusal;
        var deleted = await registrations.DeleteAsync(call, exchange.First, CancellationToken.None);
        return deleted.TryGet(out _, out error) ? EmptyReply.NoContent : error;
    }

    private static void WriteAll(Utf8JsonWriter json, RegistrationPage page, JsonShape shape, bool sysAttrs)
    {
        json.WriteStartArray();
        foreach (var view in page.Registrations) Write(json, view, shape, sysAttrs);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RegistrationView view, JsonShape shape, bool sysAttrs) => RegistrationWriter.Write(
        json, view.Registration, view.Information, view.Figures, shape.Context, sysAttrs, shape.Type == MediaType.LdJson);
}
