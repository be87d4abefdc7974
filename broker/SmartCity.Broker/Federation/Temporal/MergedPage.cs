using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>
/// A page of this broker's instances of a series, and of those that sources have told. Of one time, those of this broker come first; the
/// others have numbers behind theirs, so that each page knows where the one before has ended.
/// </summary>
internal static class MergedPage
{
    private const long Told = 1L << 62;

    public static InstancePage Of(InstancePage own, ImmutableArray<StoredInstance> told, InstanceRange range, InstancePaging paging)
    {
        var all = new List<(long Ticks, long Number, StoredInstance Instance)>(own.Instances.Length + told.Length);
        foreach (var instance in own.Instances) all.Add((TicksOf(instance, range), instance.Id.Number, instance));
        // What comes behind the end of a page that is not the last one comes with a later page.
        var end = own.HasMore ? own.LastTicks : (long?)null;
        var isCut = false;
        for (var i = 0; i < told.Length; i++)
        {
            if (TimeOf(told[i], range) is not { } ticks || ticks < range.From || ticks >= range.To || !IsAhead(ticks, Told + i, paging)) continue;
            if (end is { } last && (paging.Backwards ? ticks < last : ticks > last)) isCut = true;
            else all.Add((ticks, Told + i, told[i]));
        }

        all.Sort((a, b) => a.Ticks != b.Ticks ? a.Ticks.CompareTo(b.Ticks) : a.Number.CompareTo(b.Number));
        if (range.Property == TimeProperty.ObservedAt) DropConflicts(all, paging);
        if (paging.Backwards) all.Reverse();
        var page = all.Count > paging.Limit ? all[..paging.Limit] : all;
        var hasMore = own.HasMore || isCut || page.Count < all.Count;
        return page.Count == 0
            ? InstancePage.Empty with { HasMore = false }
            : new InstancePage([.. page.Select(one => one.Instance)], hasMore, page[^1].Ticks) { LastNumber = page[^1].Number };
    }

    public static long TicksOf(in StoredInstance instance, InstanceRange range) =>
        RemoteEvolution.TimeOf(instance, range.Property) ?? instance.Attribute.ModifiedAtTicks;

    private static long? TimeOf(in StoredInstance instance, InstanceRange range) =>
        RemoteEvolution.TimeOf(instance, range.Property) ?? (range.IsUnbounded ? instance.Attribute.ModifiedAtTicks : null);

    private static bool IsAhead(long ticks, long number, InstancePaging paging)
    {
        if (paging.AfterTicks is not { } after) return true;
        var order = ticks != after ? ticks.CompareTo(after) : number.CompareTo(paging.AfterNumber);
        return paging.Backwards ? order < 0 : order > 0;
    }

    // Where this broker and a source tell of one time, the one that has written later counts (ETSI GS CIM 009 4.5.5.3).
    private static void DropConflicts(List<(long Ticks, long Number, StoredInstance Instance)> all, InstancePaging paging)
    {
        for (int first = 0, next; first < all.Count; first = next)
        {
            var split = -1;
            for (next = first; next < all.Count && all[next].Ticks == all[first].Ticks; next++)
            {
                if (split < 0 && all[next].Number >= Told) split = next;
            }

            // The page before may have given some of this time already: then they stand.
            var ownGiven = paging is { Backwards: false, AfterNumber: < Told } && paging.AfterTicks == all[first].Ticks;
            var toldGiven = paging is { Backwards: true, AfterNumber: >= Told } && paging.AfterTicks == all[first].Ticks;
            if (split < 0 && !toldGiven) continue;
            if (split < 0) split = next;
            if ((split == first && !ownGiven) || (split == next && !toldGiven)) continue;
            var ownCounts = ownGiven || (!toldGiven && Latest(all, first, split) >= Latest(all, split, next));
            var (from, to) = ownCounts ? (split, next) : (first, split);
            all.RemoveRange(from, to - from);
            next -= to - from;
        }
    }

    private static long Latest(List<(long Ticks, long Number, StoredInstance Instance)> all, int from, int to)
    {
        var latest = long.MinValue;
        for (var i = from; i < to; i++) latest = Math.Max(latest, all[i].Instance.Attribute.ModifiedAtTicks);
        return latest;
    }
}
