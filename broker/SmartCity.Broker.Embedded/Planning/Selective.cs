using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>
/// Decides whether one condition is so rare that its Entities are better listed and sorted than met on a walk. The walk ends
/// when the page is full, so it costs more the rarer the matches are; the list costs less.
/// </summary>
internal static class Selective
{
    // Nanoseconds, measured roughly; only their ratios matter.
    private const double Listed = 60;
    private const double Passed = 0.7;
    private const double Verified = 300;

    /// <summary>So few are listed without asking further.</summary>
    private const int Few = 2048;

    /// <summary>Ascending; null where walking is better.</summary>
    public static List<int>? Choose(EntitySpace space, List<ValueCondition> values, GeoBound? geo, PageRequest page)
    {
        var all = Math.Max(1, (double)space.All.Count);
        var wanted = page.Count ? all : page.Offset + (double)page.Limit + 1;
        var (share, rarest, fewest) = (1.0, (ValueCondition?)null, double.MaxValue);
        foreach (var condition in values)
        {
            double matches = condition.Estimate();
            share *= Math.Min(1, matches / all);
            if (matches < fewest) (rarest, fewest) = (condition, matches);
        }

        if (geo is not null && Near(space, geo, Math.Min(fewest, all), share, wanted) is { } near) return near;
        if (rarest is null) return null;
        var walk = Math.Min(all, wanted / Math.Max(share, 1 / all)) * Passed;
        return fewest * Listed <= walk ? List(rarest) : null;
    }

    private static List<int>? Near(EntitySpace space, GeoBound geo, double fewest, double share, double wanted)
    {
        if (!Names.TryFind(geo.Attribute, out var name)) return [];
        if (space.Values.OfPlaces(name) is not { } index) return null;
        var ordinals = new List<int>();
        if (!index.Collect(geo.Boxes.AsSpan(), ordinals, Few))
        {
            ordinals.Clear();
            double all = space.All.Count;
            double matches = index.Estimate(geo.Boxes.AsSpan());
            var walk = Math.Min(all * share, wanted * all / Math.Max(1, matches)) * Verified;
            if (matches > fewest || matches * Listed > walk) return null;
            index.Collect(geo.Boxes.AsSpan(), ordinals, int.MaxValue);
        }

        ordinals.Sort();
        return ordinals;
    }

    private static List<int> List(ValueCondition condition)
    {
        var ordinals = new List<int>();
        foreach (var range in condition.Ranges) condition.Index.Sorted.Collect(range, new EveryKey(), ordinals, int.MaxValue);
        ordinals.Sort();
        return ordinals;
    }
}
