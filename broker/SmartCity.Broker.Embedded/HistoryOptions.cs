using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Embedded;

/// <summary>What is recorded, and for how long it is kept. Settings of the same name under <c>History</c>.</summary>
public sealed record HistoryOptions
{
    /// <summary>See <see cref="HistoryRule"/>. Default none: everything is recorded and kept for ever.</summary>
    public IReadOnlyList<HistoryRule> Rules { get; init; } = [];

    /// <summary>How often what is kept no longer, or is to be averaged, is looked for. Default 1 h.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromHours(1);

    internal HistoryRule? RuleFor(string tenant, IEnumerable<string> types)
    {
        // A Snapshot stays as it is for as long as it is there.
        if (SnapshotSpace.Is(tenant)) return null;
        for (var i = Rules.Count - 1; i >= 0; i--)
        {
            if (Rules[i].Fits(tenant, types)) return Rules[i];
        }

        return null;
    }
}
