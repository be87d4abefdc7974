using System.Buffers.Binary;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// What member names stood for when they were last met, so that a name that recurs is neither decoded nor expanded again. Newer
/// names displace older ones: clients choose the names, so this must not grow with them.
/// </summary>
internal sealed class KnownNames
{
    private const int Slots = 512;
    private const int LongestName = 64;

    private readonly Known?[] _slots = new Known?[Slots];

    public bool TryFind(Context context, ReadOnlySpan<byte> name, out Member member, out string iri)
    {
        if (_slots[Slot(name)] is { } known && known.Context == context && name.SequenceEqual(known.Name))
        {
            (member, iri) = (known.Member, known.Iri);
            return true;
        }

        (member, iri) = (Member.Attribute, "");
        return false;
    }

    public void Keep(Context context, ReadOnlySpan<byte> name, Member member, string iri)
    {
        if (name.Length <= LongestName) _slots[Slot(name)] = new(context, name.ToArray(), member, iri);
    }

    // By its first and last four bytes.
    private static uint Slot(ReadOnlySpan<byte> name)
    {
        if (name.Length < sizeof(uint)) return name.IsEmpty ? 0 : (uint)(name[0] * 31 + name[^1]) % Slots;
        var ends = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(name) << 32
            | BinaryPrimitives.ReadUInt32LittleEndian(name[^sizeof(uint)..]);
        return (uint)((ends + (uint)name.Length) * 0x9E3779B97F4A7C15 >> 32) % Slots;
    }

    private sealed record Known(Context Context, byte[] Name, Member Member, string Iri);
}
