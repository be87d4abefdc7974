using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Temporal;

/// <summary>What a write into the history did, here and at the sources that had parts of it (ETSI GS CIM 009 5.6.11 - 5.6.16).</summary>
/// <param name="Outcome">Whether there is something new.</param>
public sealed record TemporalWritten(TemporalOutcome Outcome)
{
    /// <summary>Attributes that were written, by expanded names, where some were not.</summary>
    public ImmutableArray<string> Updated { get; init; } = [];

    /// <summary>Attributes that were not written, or not everywhere (5.2.18): of writes of Attributes.</summary>
    public ImmutableArray<NotUpdatedAttribute> NotUpdated { get; init; } = [];

    /// <summary>What went wrong of a write of the whole evolution (5.2.16).</summary>
    public ImmutableArray<BatchError> Failures { get; init; } = [];
}
