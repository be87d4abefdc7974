namespace SmartCity.Broker.Snapshots;

/// <summary>Which Snapshots make way for another one of their tenant (ETSI GS CIM 009 5.5.15).</summary>
internal static class SnapshotRoom
{
    /// <summary>
    /// Those that go: only what has a lower priority than the newcomer, the lowest first, then what would end soonest, then what was
    /// used the longest ago. Null where all of them would not be enough; then none goes.
    /// </summary>
    /// <param name="others">The tenant's Snapshots.</param>
    /// <param name="priority">Of the newcomer.</param>
    /// <param name="origin">Of the newcomer: what it is a clone of stays.</param>
    /// <param name="excess">How much is too much.</param>
    /// <param name="size">How much one of them is.</param>
    public static IReadOnlyList<KeptSnapshot>? Make(
        IEnumerable<KeptSnapshot> others, int priority, SnapshotOrigin origin, long excess, Func<KeptSnapshot, long> size)
    {
        var going = new List<KeptSnapshot>();
        if (excess <= 0) return going;
        var lesser = others.Where(kept => kept.Stored.Priority < priority && kept.Space != origin.Source && size(kept) > 0)
            .OrderBy(kept => kept.Stored.Priority).ThenBy(kept => kept.Stored.ExpiresAt).ThenBy(kept => kept.Now.LastUsedAt);
        foreach (var kept in lesser)
        {
            going.Add(kept);
            excess -= size(kept);
            if (excess <= 0) return going;
        }

        return null;
    }
}
