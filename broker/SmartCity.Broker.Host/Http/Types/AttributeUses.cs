using System.Collections.Immutable;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Host.Http.Types;

/// <summary>An Attribute and the types that carry it (ETSI GS CIM 009 5.2.28).</summary>
internal sealed record AttributeUses(AttributeUse Use, ImmutableArray<string> Types)
{
    public static ImmutableArray<AttributeUses> Of(NamesInUse names)
    {
        var carriers = names.Types
            .SelectMany(type => type.Attributes, (type, attribute) => (type.Type, attribute.Name))
            .ToLookup(pair => pair.Name, pair => pair.Type);
        return [.. names.Attributes.Select(use => new AttributeUses(use, [.. carriers[use.Name]]))];
    }
}
