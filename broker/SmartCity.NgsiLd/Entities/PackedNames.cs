namespace SmartCity.NgsiLd.Entities;

/// <summary>The names inside <see cref="PackedAttributes"/>: <c>foreach</c> gives the instances of each name, which stand side by side.</summary>
public ref struct PackedNames
{
    private readonly long _createdAt;
    private readonly long _modifiedAt;
    private ReadOnlySpan<byte> _current;
    private ReadOnlySpan<byte> _rest;

    internal PackedNames(ReadOnlySpan<byte> bytes, long createdAt, long modifiedAt)
    {
        _rest = bytes;
        _createdAt = createdAt;
        _modifiedAt = modifiedAt;
    }

    public readonly PackedAttributes Current => new(_current, _createdAt, _modifiedAt);

    public readonly PackedNames GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        var name = PackedLayout.Int(_rest, PackedLayout.NameAt);
        var end = PackedLayout.Int(_rest, 0);
        while (end < _rest.Length && PackedLayout.Int(_rest, end + PackedLayout.NameAt) == name)
        {
            end += PackedLayout.Int(_rest, end);
        }

        _current = _rest[..end];
        _rest = _rest[end..];
        return true;
    }
}
