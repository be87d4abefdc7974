using System.Diagnostics.CodeAnalysis;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Linking;

/// <summary>Entities by their ids, which can be looked up as UTF-8.</summary>
internal sealed class EntityIdComparer : IEqualityComparer<PackedEntity>, IAlternateEqualityComparer<ReadOnlySpan<byte>, PackedEntity>
{
    public static EntityIdComparer Instance { get; } = new();

    public bool Equals(PackedEntity? x, PackedEntity? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.IdUtf8.SequenceEqual(y.IdUtf8));

    public int GetHashCode([DisallowNull] PackedEntity obj) => GetHashCode(obj.IdUtf8);

    public bool Equals(ReadOnlySpan<byte> alternate, PackedEntity other) => alternate.SequenceEqual(other.IdUtf8);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public PackedEntity Create(ReadOnlySpan<byte> alternate) =>
        throw new NotSupportedException("An Entity is not made of its id.");
}
