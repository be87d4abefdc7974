using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// An index over what one Attribute says, made where queries ask for it, in the background, while writes go on. Until it is
/// complete it is not used.
/// </summary>
internal abstract class EntityIndex(EntitySpace space, Name attribute)
{
    private const int BuildStep = 256;

    private readonly Lock _gate = new();
    private int _builtTo;
    private volatile bool _isReady;

    public bool IsReady => _isReady;

    public Name Attribute => attribute;

    /// <summary>Counts queries: which index has been idle for longest.</summary>
    public long LastUse { get; set; }

    /// <summary>The slot holds the new state already, so that the builder, when it comes by later, sees it too.</summary>
    public void Replace(int ordinal, PackedEntity? before, PackedEntity? after)
    {
        if (SaysTheSame(before, after)) return;
        lock (_gate)
        {
            if (!_isReady && ordinal >= _builtTo) return;
            Move(ordinal, before, after);
        }
    }

    public void Build()
    {
        // Writes that began before the index was registered have filled their slots from here on.
        Interlocked.MemoryBarrierProcessWide();
        while (!_isReady)
        {
            lock (_gate)
            {
                var end = Math.Min(_builtTo + BuildStep, space.End);
                for (; _builtTo < end; _builtTo++)
                {
                    if (space.At(_builtTo) is { } entity) Move(_builtTo, null, entity);
                }

                if (_builtTo >= space.End) _isReady = true;
            }
        }
    }

    /// <summary>
    /// Adds what is new, which may be there already, then removes what is old, which may not be there: a reader in between
    /// finds too much rather than too little.
    /// </summary>
    protected abstract void Move(int ordinal, PackedEntity? before, PackedEntity? after);

    private bool SaysTheSame(PackedEntity? before, PackedEntity? after)
    {
        var old = before is null ? default : before.Attributes.GetEnumerator();
        var now = after is null ? default : after.Attributes.GetEnumerator();
        while (true)
        {
            var hasOld = MoveTo(ref old);
            if (hasOld != MoveTo(ref now)) return false;
            if (!hasOld) return true;
            if (old.Current.Kind != now.Current.Kind || !old.Current.Value.SequenceEqual(now.Current.Value)) return false;
        }
    }

    private bool MoveTo(ref PackedAttributes.Enumerator instances)
    {
        while (instances.MoveNext())
        {
            if (instances.Current.Name == attribute) return true;
        }

        return false;
    }
}
