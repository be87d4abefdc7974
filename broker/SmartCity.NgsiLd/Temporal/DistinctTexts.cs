using System.Diagnostics.CodeAnalysis;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>Byte strings, each kept once.</summary>
internal sealed class DistinctTexts
{
    private readonly HashSet<byte[]> _texts;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public DistinctTexts()
    {
        _texts = new(new BytesComparer());
        _lookup = _texts.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => _texts.Count;

    public void Add(ReadOnlySpan<byte> text) => _lookup.Add(text);

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
