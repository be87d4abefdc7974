using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Entities;

/// <summary>What a single write did, here and at the sources that had parts of it.</summary>
/// <param name="Change">What it did here; null where nothing was to be done here, or where that failed.</param>
public sealed record WriteOutcome(EntityChange? Change)
{
    /// <summary>Attributes that sources wrote, by expanded names.</summary>
    public ImmutableArray<string> Elsewhere { get; init; } = [];

    /// <summary>
    /// Attributes that were not written, or not everywhere (ETSI GS CIM 009 5.2.18): what becomes of a write of Attributes that went wrong in
    /// part.
    /// </summary>
    public ImmutableArray<NotUpdatedAttribute> NotUpdated { get; init; } = Change?.NotUpdated ?? [];

    /// <summary>What went wrong of a write of a whole Entity that succeeded in part (ETSI GS CIM 009 5.2.16).</summary>
    public ImmutableArray<BatchError> Failures { get; init; } = [];

    /// <summary>Whether the Entity is new here.</summary>
    public bool Created => Change is { IsCreation: true };

    /// <summary>Attributes that were written, by expanded names.</summary>
    public IEnumerable<string> Updated =>
        (Change?.Attributes ?? []).Select(static attribute => attribute.Name).Concat(Elsewhere).Distinct();
}
