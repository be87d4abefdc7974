namespace SmartCity.NgsiLd.Entities;

/// <summary>Attribute instances inside a <see cref="PackedEntity"/>: <c>foreach</c> walks them in place.</summary>
public readonly struct PackedAttributes
{
    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly int _end;
    private readonly int _parentTimes;

    /// <param name="bytes">The Entity's.</param>
    /// <param name="start">Where the first instance starts.</param>
    /// <param name="end">Behind the last instance.</param>
    /// <param name="parentTimes">Where createdAt and modifiedAt of the Entity or Attribute around them stand.</param>
    internal PackedAttributes(byte[] bytes, int start, int end, int parentTimes)
    {
        _bytes = bytes;
        _start = start;
        _end = end;
        _parentTimes = parentTimes;
    }

    public bool IsEmpty => _start == _end;

    /// <summary>Whether there is exactly one instance.</summary>
    public bool IsSingle => _start < _end && PackedLayout.Int(_bytes, _start) == _end - _start;

    /// <summary>To be asked only where there is one.</summary>
    public PackedAttribute First => new(_bytes, _start, _parentTimes);

    /// <summary>Walks from name to name, giving all instances of each.</summary>
    public PackedNames ByName => new(_bytes, _start, _end, _parentTimes);

    public Enumerator GetEnumerator() => new(_bytes, _start, _end, _parentTimes);

    /// <summary>Finds the instance of a name with this datasetId.</summary>
    /// <param name="name">The Attribute.</param>
    /// <param name="datasetId">Unescaped UTF-8; empty for the default instance.</param>
    /// <param name="attribute">The instance.</param>
    public bool TryFind(Name name, ReadOnlySpan<byte> datasetId, out PackedAttribute attribute)
    {
        foreach (var candidate in this)
        {
            if (candidate.Name == name && candidate.DatasetId.SequenceEqual(datasetId))
            {
                attribute = candidate;
                return true;
            }
        }

        attribute = default;
        return false;
    }

    /// <summary>Whether there is any instance of the name.</summary>
    public bool Contains(Name name)
    {
        foreach (var candidate in this)
        {
            if (candidate.Name == name) return true;
        }

        return false;
    }

    /// <summary>Walks from instance to instance.</summary>
    public struct Enumerator
    {
        private readonly byte[] _bytes;
        private readonly int _end;
        private readonly int _parentTimes;
        private int _current;
        private int _next;

        internal Enumerator(byte[] bytes, int start, int end, int parentTimes)
        {
            _bytes = bytes;
            _next = start;
            _end = end;
            _parentTimes = parentTimes;
        }

        public readonly PackedAttribute Current => new(_bytes, _current, _parentTimes);

        public bool MoveNext()
        {
            if (_next == _end) return false;
            _current = _next;
            _next += PackedLayout.Int(_bytes, _current);
            return true;
        }
    }
}
