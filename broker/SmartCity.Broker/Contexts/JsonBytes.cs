namespace SmartCity.Broker.Contexts;

/// <summary>Compares contexts that came inside bodies by their bytes.</summary>
internal sealed class JsonBytes : IEqualityComparer<ReadOnlyMemory<byte>>
{
    public static JsonBytes Comparer { get; } = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<byte> obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj.Span);
        return hash.ToHashCode();
    }
}
