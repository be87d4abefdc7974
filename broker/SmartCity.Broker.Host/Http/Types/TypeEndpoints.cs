using System.Collections.Immutable;
using SmartCity.Broker.Discovery;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http.Types;

/// <summary>/types and /attributes: what there is (ETSI GS CIM 009 5.7.5 - 5.7.11, 6.25 - 6.28).</summary>
internal sealed class TypeEndpoints(IDiscoveryOperations discovery, CallBinder binder, Limits limits)
{
    private const string Types = "/ngsi-ld/v1/types";
    private const string Attributes = "/ngsi-ld/v1/attributes";

    public IEnumerable<Route> Routes =>
    [
        new("GET", Types, ListTypesAsync),
        new("GET", Types + "/{type}", RetrieveTypeAsync),
        new("GET", Attributes, ListAttributesAsync),
        new("GET", Attributes + "/{attrId}", RetrieveAttributeAsync),
    ];

    private async ValueTask<Reply> ListTypesAsync(Exchange exchange)
    {
        if (!(await BindAsync(exchange, Parameters.Details)).TryGet(out var asked, out var refusal)) return refusal;
        return Reply<ImmutableArray<TypeUse>>(
            exchange, asked, await discovery.TypesAsync(asked.Call, asked.Details, CancellationToken.None),
            asked.Details ? TypeDocuments.WriteTypes : TypeDocuments.WriteTypeList);
    }

    private async ValueTask<Reply> RetrieveTypeAsync(Exchange exchange)
    {
        if (!(await BindAsync(exchange, Parameters.None)).TryGet(out var asked, out var refusal)) return refusal;
        var type = asked.Call.Context.Expand(exchange.First);
        return Reply(exchange, asked, await discovery.TypeAsync(asked.Call, type, CancellationToken.None), TypeDocuments.WriteTypeInfo);
    }

    private async ValueTask<Reply> ListAttributesAsync(Exchange exchange)
    {
        if (!(await BindAsync(exchange, Parameters.Details)).TryGet(out var asked, out var refusal)) return refusal;
        return Reply<ImmutableArray<CarriedAttribute>>(
            exchange, asked, await discovery.AttributesAsync(asked.Call, asked.Details, CancellationToken.None),
            asked.Details ? TypeDocuments.WriteAttributes : TypeDocuments.WriteAttributeList);
    }

    private async ValueTask<Reply> RetrieveAttributeAsync(Exchange exchange)
    {
        if (!(await BindAsync(exchange, Parameters.None)).TryGet(out var asked, out var refusal)) return refusal;
        var name = asked.Call.Context.Expand(exchange.First);
        return Reply(exchange, asked, await discovery.AttributeAsync(asked.Call, name, CancellationToken.None), TypeDocuments.WriteAttribute);
    }

    private static Reply Reply<T>(
        Exchange exchange, in Asked asked, Result<Discovered<T>> result, Action<System.Text.Json.Utf8JsonWriter, T, JsonShape> write)
    {
        if (!result.TryGet(out var found, out var error)) return error;
        WarningHeader.Tell(exchange.Http.Response, found.Warnings);
        return new JsonReply<T>(found.Value, asked.Shape, write);
    }

    private async ValueTask<Bound<Asked>> BindAsync(Exchange exchange, Parameters known)
    {
        if (!QueryParameters.Read(exchange, known | Parameters.Local, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Details).TryGet(out var details, out error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        return new Asked(call, shape, details);
    }

    private readonly record struct Asked(Call Call, JsonShape Shape, bool Details);
}
