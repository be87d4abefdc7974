using System.Collections.Frozen;
using SmartCity.Broker.Entities.Decisions;

namespace SmartCity.Broker.Entities;

/// <summary>What a purge takes from the Entities that it finds: all of them, or some Attributes (ETSI GS CIM 009 5.6.21.4).</summary>
public sealed class PurgeExtent
{
    private readonly FrozenSet<string>? _names;
    private readonly bool _kept;

    private PurgeExtent(IEnumerable<string>? names, bool kept) => (_names, _kept) = (names?.ToFrozenSet(StringComparer.Ordinal), kept);

    /// <summary>The Entities themselves.</summary>
    public static PurgeExtent Whole { get; } = new(null, false);

    /// <summary>Entities that are left alone, by their ids.</summary>
    internal IReadOnlySet<string> Spared { get; private init; } = FrozenSet<string>.Empty;

    public bool IsWhole => _names is null;

    /// <summary>What <see cref="Drop"/> or <see cref="Keep"/> was given.</summary>
    public IReadOnlyCollection<string> Names => _names ?? [];

    public bool IsKept => _kept;

    internal bool RemovesScope => !_kept && _names?.Any(EntityMembers.IsScope) == true;

    /// <param name="names">Expanded; <c>scope</c> as it stands.</param>
    public static PurgeExtent Drop(IEnumerable<string> names) => new(names, kept: false);

    /// <summary>Every Attribute but these. The scope is none, and stays.</summary>
    public static PurgeExtent Keep(IEnumerable<string> names) => new(names, kept: true);

    internal PurgeExtent Sparing(IReadOnlySet<string> ids) => new(_names, _kept) { Spared = ids };

    internal bool Removes(string name) => _names is not null && _names.Contains(name) != _kept;

    /// <summary>What of it concerns someone who has Attributes of these names alone: null for nothing.</summary>
    /// <param name="names">Expanded.</param>
    internal PurgeExtent? Within(IEnumerable<string> names)
    {
        if (IsWhole) return this;
        string[] removed = [.. names.Where(Removes)];
        return removed.Length > 0 ? Drop(removed) : null;
    }
}
