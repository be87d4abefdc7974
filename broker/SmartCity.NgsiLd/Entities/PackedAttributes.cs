namespace SmartCity.NgsiLd.Entities;

/// <summary>Attribute instances inside a <see cref="PackedEntity"/>: <c>foreach</c> walks them in place.</summary>
public readonly ref struct PackedAttributes
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _createdAt;
    private readonly long _modifiedAt;

    internal PackedAttributes(ReadOnlySpan<byte> bytes, long createdAt, long modifiedAt)
    {
        _bytes = bytes;
        _createdAt = createdAt;
        _modifiedAt = modifiedAt;
    }

    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>Whether there is exactly one instance.</summary>
    public bool IsSingle => _bytes.Length > 0 && PackedLayout.Int(_bytes, 0) == _bytes.Length;

    /// <exception cref="IndexOutOfRangeException">There is none.</exception>
    public PackedAttribute First => new(_bytes[..PackedLayout.Int(_bytes, 0)], _createdAt, _modifiedAt);

    /// <summary>Walks from name to name, giving all instances of each.</summary>
    public PackedNames ByName => new(_bytes, _createdAt, _modifiedAt);

    public Enumerator GetEnumerator() => new(_bytes, _createdAt, _modifiedAt);

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
    public ref struct Enumerator
    {
        private readonly long _createdAt;
        private readonly long _modifiedAt;
        private ReadOnlySpan<byte> _current;
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> bytes, long createdAt, long modifiedAt)
        {
            _rest = bytes;
            _createdAt = createdAt;
            _modifiedAt = modifiedAt;
        }

        public readonly PackedAttribute Current => new(_current, _createdAt, _modifiedAt);

        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            var length = PackedLayout.Int(_rest, 0);
            _current = _rest[..length];
            _rest = _rest[length..];
            return true;
        }
    }
}
