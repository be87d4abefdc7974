using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.Folding;

/// <summary>
/// Entities of neighbouring ordinals in one row. The form is persisted: u8 version (1), then for each Entity its ordinal as a
/// number from the row's first on, and its bytes as a block (<see cref="ByteWriter"/>).
/// </summary>
internal static class BlockFormat
{
    private const byte Version = 1;

    public static void Begin(ByteWriter bytes)
    {
        bytes.Clear();
        bytes.Byte(Version);
    }

    public static void Add(ByteWriter bytes, int offset, PackedEntity entity, NameTable names)
    {
        bytes.Number(offset);
        bytes.Block(names.ToFile(entity));
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static List<(int Offset, PackedEntity Entity)> Read(ReadOnlySpan<byte> bytes, NameTable names)
    {
        var reader = new ByteReader(bytes);
        if (reader.Byte() != Version) throw new InvalidDataException("A block row has an unknown form.");
        var entities = new List<(int, PackedEntity)>(DirtyBlocks.BlockSize);
        while (!reader.IsAtEnd) entities.Add((reader.Number(), names.FromFile(reader.Block())));
        return entities;
    }
}
