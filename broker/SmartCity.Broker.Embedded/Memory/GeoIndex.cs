using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Geometries;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// Where one GeoProperty says that Entities are. Points stand in order of their place; anything larger stands at its south-west
/// corner on the level whose cells are just larger than it, so that it reaches one cell further at most.
/// </summary>
internal sealed class GeoIndex(EntitySpace space, Name attribute) : EntityIndex(space, attribute)
{
    private const int PointLevel = 32;
    private const int FinestExtent = 20;

    private readonly SortedIndex?[] _levels = new SortedIndex?[PointLevel + 1];
    private readonly List<(int Level, ulong Key)> _old = [];
    private readonly List<(int Level, ulong Key)> _now = [];

    /// <summary>About how many Entities <see cref="Collect"/> looks at.</summary>
    public long Estimate(ReadOnlySpan<GeoBox> boxes)
    {
        var estimate = 0L;
        for (var level = 0; level <= PointLevel; level++)
        {
            if (Volatile.Read(ref _levels[level]) is not { } index) continue;
            foreach (var box in boxes)
            {
                foreach (var range in Cells(box, level).Ranges()) estimate += index.Estimate(range);
            }
        }

        return estimate;
    }

    /// <summary>Adds the ordinals of Entities whose envelope may meet a box, in no order, some perhaps twice.</summary>
    /// <returns>False where there are more than the list may hold.</returns>
    public bool Collect(ReadOnlySpan<GeoBox> boxes, List<int> ordinals, int max)
    {
        for (var level = 0; level <= PointLevel; level++)
        {
            if (Volatile.Read(ref _levels[level]) is not { } index) continue;
            foreach (var box in boxes)
            {
                var cells = Cells(box, level);
                foreach (var range in cells.Ranges())
                {
                    if (!index.Collect(range, cells, ordinals, max)) return false;
                }
            }
        }

        return true;
    }

    protected override void Move(int ordinal, PackedEntity? before, PackedEntity? after)
    {
        var old = CollectPlaces(before, _old);
        var now = CollectPlaces(after, _now);
        foreach (var (level, key) in now)
        {
            var index = _levels[level];
            if (index is null) Volatile.Write(ref _levels[level], index = new SortedIndex());
            index.Add(key, ordinal);
        }

        foreach (var place in old)
        {
            if (!now.Contains(place)) _levels[place.Level]?.Remove(place.Key, ordinal);
        }
    }

    private List<(int Level, ulong Key)> CollectPlaces(PackedEntity? entity, List<(int Level, ulong Key)> places)
    {
        places.Clear();
        if (entity is null) return places;
        foreach (var instance in entity.Attributes)
        {
            if (TryPlace(instance, out var level, out var key)) places.Add((level, key));
        }

        return places;
    }

    private static CellBox Cells(in GeoBox box, int level) => CellBox.Of(box, level, level == PointLevel ? 0u : 1u);

    private bool TryPlace(in PackedAttribute instance, out int level, out ulong key)
    {
        (level, key) = (PointLevel, 0);
        if (instance.Name != Attribute || !IndexKeys.TryEnvelope(instance, out var box)) return false;
        if (box.West != box.East || box.South != box.North)
        {
            level = FinestExtent;
            while (level > 0 && ((box.East - box.West) * (1 << level) > 360 || (box.North - box.South) * (1 << level) > 180)) level--;
        }

        var shift = PointLevel - level;
        key = Morton.Of(CellBox.Coarser(Morton.Column(box.West), shift), CellBox.Coarser(Morton.Row(box.South), shift));
        return true;
    }
}
