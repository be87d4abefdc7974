using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>The names of operations and of groups of them (ETSI GS CIM 009 4.20).</summary>
public static class OperationNames
{
    // The names on the wire are those of the members, in camel case.
    private static readonly FrozenDictionary<string, ContextSourceOperations> ByName = Enum
        .GetValues<ContextSourceOperations>()
        .Where(operation => operation != ContextSourceOperations.None)
        .ToFrozenDictionary(operation => Name(operation.ToString()), StringComparer.Ordinal);

    /// <summary>Null where 4.20 has no such name.</summary>
    public static ContextSourceOperations? Find(string name) => ByName.TryGetValue(name, out var found) ? found : null;

    /// <summary>Every operation that one of the names stands for; federationOps where there is none.</summary>
    public static ContextSourceOperations Together(ImmutableArray<string> names)
    {
        if (names.IsEmpty) return ContextSourceOperations.FederationOps;
        var all = ContextSourceOperations.None;
        foreach (var name in names) all |= Find(name) ?? ContextSourceOperations.None;
        return all;
    }

    private static string Name(string member) => char.ToLowerInvariant(member[0]) + member[1..];
}
