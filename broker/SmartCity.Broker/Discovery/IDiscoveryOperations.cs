using System.Collections.Immutable;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Discovery;

/// <summary>
/// Which types and Attributes there are (ETSI GS CIM 009 5.7.5 - 5.7.11). LocalDiscovery knows this broker's own; distributed operations
/// decorate it.
/// </summary>
public interface IDiscoveryOperations
{
    /// <summary>5.7.5, and 5.7.6 where details are asked for.</summary>
    ValueTask<Result<Discovered<ImmutableArray<TypeUse>>>> TypesAsync(Call call, bool details, CancellationToken cancellation);

    /// <summary>5.7.7. ResourceNotFound where no Entity has the type.</summary>
    ValueTask<Result<Discovered<TypeUse>>> TypeAsync(Call call, string type, CancellationToken cancellation);

    /// <summary>5.7.8, and 5.7.9 where details are asked for.</summary>
    ValueTask<Result<Discovered<ImmutableArray<CarriedAttribute>>>> AttributesAsync(Call call, bool details, CancellationToken cancellation);

    /// <summary>5.7.10. ResourceNotFound where no Entity has the Attribute.</summary>
    ValueTask<Result<Discovered<CarriedAttribute>>> AttributeAsync(Call call, string name, CancellationToken cancellation);
}

/// <param name="Value">What was found.</param>
/// <param name="Warnings">Of sources whose part is missing.</param>
public sealed record Discovered<T>(T Value, ImmutableArray<SourceWarning> Warnings);

/// <summary>An Attribute and the types that carry it (ETSI GS CIM 009 5.2.28).</summary>
/// <param name="Use">The Attribute.</param>
/// <param name="Types">Expanded, by name.</param>
public sealed record CarriedAttribute(AttributeUse Use, ImmutableArray<string> Types)
{
    public static ImmutableArray<CarriedAttribute> Of(NamesInUse names)
    {
        var carriers = names.Types
            .SelectMany(type => type.Attributes, (type, attribute) => (type.Type, attribute.Name))
            .ToLookup(pair => pair.Name, pair => pair.Type);
        return [.. names.Attributes.Select(use => new CarriedAttribute(use, [.. carriers[use.Name]]))];
    }
}
