using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Discovery;

/// <summary>The types and Attributes of the Entities that this broker keeps itself.</summary>
public sealed class LocalDiscovery(IEntityStore store) : IDiscoveryOperations
{
    public async ValueTask<Result<Discovered<ImmutableArray<TypeUse>>>> TypesAsync(Call call, bool details, CancellationToken cancellation) =>
        (await NamesAsync(call, cancellation)).Map(names => new Discovered<ImmutableArray<TypeUse>>(names.Types, []));

    public async ValueTask<Result<Discovered<TypeUse>>> TypeAsync(Call call, string type, CancellationToken cancellation)
    {
        if (!(await NamesAsync(call, cancellation)).TryGet(out var names, out var error)) return error;
        foreach (var use in names.Types)
        {
            if (use.Type == type) return new Discovered<TypeUse>(use, []);
        }

        return NgsiLdError.NotFound($"there is no Entity of the type {type}");
    }

    public async ValueTask<Result<Discovered<ImmutableArray<CarriedAttribute>>>> AttributesAsync(
        Call call, bool details, CancellationToken cancellation) =>
        (await NamesAsync(call, cancellation)).Map(names => new Discovered<ImmutableArray<CarriedAttribute>>(CarriedAttribute.Of(names), []));

    public async ValueTask<Result<Discovered<CarriedAttribute>>> AttributeAsync(Call call, string name, CancellationToken cancellation)
    {
        if (!(await NamesAsync(call, cancellation)).TryGet(out var names, out var error)) return error;
        foreach (var attribute in CarriedAttribute.Of(names))
        {
            if (attribute.Use.Name == name) return new Discovered<CarriedAttribute>(attribute, []);
        }

        return NgsiLdError.NotFound($"no Entity has the Attribute {name}");
    }

    private async ValueTask<Result<NamesInUse>> NamesAsync(Call call, CancellationToken cancellation)
    {
        if (await store.MissingTenantAsync(call, cancellation) is { } missing) return missing;
        return await store.NamesInUseAsync(call.Tenant, cancellation);
    }
}
