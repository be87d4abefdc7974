namespace SmartCity.NgsiLd.Json;

/// <summary>
/// The member names of the objects that are open while a body is read, so that none occurs twice (RFC 8259 section 4 leaves
/// open what that means; two readers of it must not differ). Names stay where they are in the body.
/// </summary>
internal sealed class MemberNames
{
    // Comparing one by one is fastest for what people write; hashing keeps what attackers write linear.
    private const int Few = 16;

    private readonly List<(int Start, int Length, byte[]? Unescaped)> _names = [];
    private readonly Stack<(int First, HashSet<string>? Many)> _objects = new();

    public void Clear()
    {
        _names.Clear();
        _objects.Clear();
    }

    public void Open() => _objects.Push((_names.Count, null));

    public void Close() => _names.RemoveRange(_objects.Peek().First, _names.Count - _objects.Pop().First);

    /// <summary>False where the innermost open object has the name already.</summary>
    /// <param name="body">What positions refer to.</param>
    /// <param name="start">Where the name stands, behind its quote.</param>
    /// <param name="length">Bytes of the name.</param>
    /// <param name="unescaped">What it says, where it is written with escapes.</param>
    public bool Add(ReadOnlySpan<byte> body, int start, int length, byte[]? unescaped)
    {
        var (first, many) = _objects.Peek();
        var name = unescaped ?? body.Slice(start, length);
        if (many is not null) return many.Add(Key(name));
        for (var i = first; i < _names.Count; i++)
        {
            if (Name(body, i).SequenceEqual(name)) return false;
        }

        _names.Add((start, length, unescaped));
        if (_names.Count - first > Few) Hash(body, first);
        return true;
    }

    private void Hash(ReadOnlySpan<byte> body, int first)
    {
        var many = new HashSet<string>(StringComparer.Ordinal);
        for (var i = first; i < _names.Count; i++) many.Add(Key(Name(body, i)));
        _objects.Pop();
        _objects.Push((first, many));
    }

    private ReadOnlySpan<byte> Name(ReadOnlySpan<byte> body, int index)
    {
        var (start, length, unescaped) = _names[index];
        return unescaped ?? body.Slice(start, length);
    }

    // Bytes as characters: names differ exactly where their bytes do.
    private static string Key(ReadOnlySpan<byte> name) => System.Text.Encoding.Latin1.GetString(name);
}
