using System.Collections.Immutable;

namespace SmartCity.Broker.Entities;

/// <summary>What of Entities an answer shows, so that no more needs to be gathered for it.</summary>
/// <param name="Names">Expanded; empty for all.</param>
/// <param name="DatasetIds"><c>@none</c> for default instances; empty for all.</param>
/// <param name="IsFilter">Whether an Entity with none of them is not wanted at all (attrs, and not pick).</param>
public readonly record struct ShownAttributes(ImmutableArray<string> Names, ImmutableArray<string> DatasetIds, bool IsFilter = false)
{
    /// <summary>Whether the system Attributes are of no interest: createdAt, modifiedAt and the like.</summary>
    public bool HidesTimes { get; init; }

    public static ShownAttributes All { get; } = new([], []);
}
