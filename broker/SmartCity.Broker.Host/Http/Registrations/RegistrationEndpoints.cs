using System.Text.Json;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Host.Http.Registrations;

/// <summary>/csourceRegistrations and /csourceRegistrations/{registrationId} (ETSI GS CIM 009 6.8, 6.9), which are always local (6.3.18).</summary>
internal sealed class RegistrationEndpoints(IRegistrationOperations registrations, CallBinder binder, Limits limits)
    : ResourceEndpoints<ContextSourceRegistration, RegistrationView>(
        "/ngsi-ld/v1/csourceRegistrations", "registrationId", registrations, local: true, binder, limits)
{
    protected override Parameters Filters => RegistrationQueries.Known;

    protected override string IdOf(ContextSourceRegistration resource) => resource.Id;

    protected override ValueTask<Result<Call>> PrepareAsync(Exchange exchange, Document document) =>
        new(CallBinder.WithHeaders(exchange, document.Call));

    protected override void Write(Utf8JsonWriter json, RegistrationView view, JsonShape shape, bool sysAttrs) => RegistrationWriter.Write(
        json, view.Registration, view.Information, view.Figures, shape.Context, sysAttrs, shape.Type == MediaType.LdJson);

    protected override async ValueTask<Result<ResourcePage<RegistrationView>>> FindAsync(Call call, QueryParameters parameters, PageRequest page) =>
        RegistrationQueries.Read(parameters, call, page).TryGet(out var query, out var error)
            ? await registrations.QueryAsync(call, query, page, CancellationToken.None)
            : error;
}
