using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>The indexes by value and by place that queries have asked for, the idlest of which gives way to a new one.</summary>
internal sealed class ValueIndexes(EntitySpace space, int max)
{
    /// <summary>Fewer Entities than this are looked at one by one.</summary>
    private const int WorthIndexing = 512;

    private readonly Lock _registering = new();
    private volatile EntityIndex[] _indexes = [];
    private long _uses;

    /// <summary>Writer only.</summary>
    public void Replace(int ordinal, PackedEntity? before, PackedEntity? after)
    {
        foreach (var index in _indexes) index.Replace(ordinal, before, after);
    }

    /// <summary>The index if it is complete; if there is none, one is begun.</summary>
    public ValueIndex? OfValues(Name attribute) => Find(attribute, static (s, a) => new ValueIndex(s, a));

    /// <summary>The index if it is complete; if there is none, one is begun.</summary>
    public GeoIndex? OfPlaces(Name attribute) => Find(attribute, static (s, a) => new GeoIndex(s, a));

    private T? Find<T>(Name attribute, Func<EntitySpace, Name, T> make) where T : EntityIndex
    {
        foreach (var known in _indexes)
        {
            if (known.Attribute != attribute || known is not T index) continue;
            index.LastUse = Interlocked.Increment(ref _uses);
            return index.IsReady ? index : null;
        }

        if (max > 0 && space.All.Count >= WorthIndexing) Begin(attribute, make);
        return null;
    }

    private void Begin<T>(Name attribute, Func<EntitySpace, Name, T> make) where T : EntityIndex
    {
        T index;
        lock (_registering)
        {
            var others = _indexes;
            foreach (var known in others)
            {
                if (known.Attribute == attribute && known is T) return;
            }

            index = make(space, attribute);
            index.LastUse = Interlocked.Increment(ref _uses);
            if (others.Length >= max) others = [.. others.OrderByDescending(o => o.LastUse).Take(max - 1)];
            _indexes = [.. others, index];
        }

        // Queries go on scanning meanwhile.
        _ = Task.Run(index.Build);
    }
}
