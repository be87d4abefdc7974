namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// The names inside <see cref="PackedAttributes"/>: <c>foreach</c> gives the instances of each name, which stand side by side.
/// </summary>
public struct PackedNames
{
    private readonly byte[] _bytes;
    private readonly int _end;
    private readonly int _parentTimes;
    private int _current;
    private int _next;

    internal PackedNames(byte[] bytes, int start, int end, int parentTimes)
    {
        _bytes = bytes;
        _next = start;
        _end = end;
        _parentTimes = parentTimes;
    }

    public readonly PackedAttributes Current => new(_bytes, _current, _next, _parentTimes);

    public readonly PackedNames GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next == _end) return false;
        _current = _next;
        var name = PackedLayout.Int(_bytes, _next + PackedLayout.NameAt);
        do
        {
            _next += PackedLayout.Int(_bytes, _next);
        }
        while (_next < _end && PackedLayout.Int(_bytes, _next + PackedLayout.NameAt) == name);

        return true;
    }
}
