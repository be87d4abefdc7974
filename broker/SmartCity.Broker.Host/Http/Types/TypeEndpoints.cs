using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http.Types;

/// <summary>/types and /attributes: what there is (ETSI GS CIM 009 5.7.5 - 5.7.10, 6.25 - 6.28).</summary>
internal sealed class TypeEndpoints(IEntityStore store, CallBinder binder, Limits limits)
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
        return asked.Details
            ? new JsonReply<ImmutableArray<TypeUse>>(asked.Names.Types, asked.Shape, TypeDocuments.WriteTypes)
            : new JsonReply<ImmutableArray<TypeUse>>(asked.Names.Types, asked.Shape, TypeDocuments.WriteTypeList);
    }

    private async ValueTask<Reply> RetrieveTypeAsync(Exchange exchange)
    {
        if (!(await BindAsync(exchange, Parameters.None)).TryGet(out var asked, out var refusal)) return refusal;
        var type = asked.Shape.Context.Expand(exchange.First);
        foreach (var use in asked.Names.Types)
        {
            if (use.Type == type) return new JsonReply<TypeUse>(use, asked.Shape, TypeDocuments.WriteTypeInfo);
        }

        return NgsiLdError.NotFound($"there is no Entity of the type {type}");
    }

    private async ValueTask<Reply> ListAttributesAsync(Exchange exchange)
    {
        if (!(await BindAsync(exchange, Parameters.Details)).TryGet(out var asked, out var refusal)) return refusal;
        var uses = AttributeUses.Of(asked.Names);
        return asked.Details
            ? new JsonReply<ImmutableArray<AttributeUses>>(uses, asked.Shape, TypeDocuments.WriteAttributes)
            : new JsonReply<ImmutableArray<AttributeUses>>(uses, asked.Shape, TypeDocuments.WriteAttributeList);
    }

    private async ValueTask<Reply> RetrieveAttributeAsync(Exchange exchange)
    {
        if (!(await BindAsync(exchange, Parameters.None)).TryGet(out var asked, out var refusal)) return refusal;
        var name = asked.Shape.Context.Expand(exchange.First);
        foreach (var use in AttributeUses.Of(asked.Names))
        {
            if (use.Use.Name == name) return new JsonReply<AttributeUses>(use, asked.Shape, TypeDocuments.WriteAttribute);
        }

        return NgsiLdError.NotFound($"no Entity has the Attribute {name}");
    }

    private async ValueTask<Bound<Asked>> BindAsync(Exchange exchange, Parameters known)
    {
        if (!QueryParameters.Read(exchange, known | Parameters.Local, limits).TryGet(out var parameters, out var error)) return error;
        if (!parameters.Flag(Parameters.Details).TryGet(out var details, out error)) return error;
        if (!parameters.Flag(Parameters.Local).TryGet(out var local, out error)) return error;
        if (!(await binder.BindAsync(exchange, local)).TryGet(out var call, out var refusal)) return refusal;
        if (!JsonShape.Read(exchange, call.Context).TryGet(out var shape, out refusal)) return refusal;
        if (await store.MissingTenantAsync(call, CancellationToken.None) is { } missing) return missing;
        return new Asked(shape, details, await store.NamesInUseAsync(call.Tenant, CancellationToken.None));
    }

    private readonly record struct Asked(JsonShape Shape, bool Details, NamesInUse Names);
}
