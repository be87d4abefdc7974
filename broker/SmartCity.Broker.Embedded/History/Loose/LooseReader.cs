using System.Text;
using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History.Loose;

/// <summary>Reads <see cref="LooseForm"/>. Damaged bytes are <see cref="InvalidDataException"/>.</summary>
internal static class LooseReader
{
    /// <summary>The earliest time at which one of them stands, UTC ticks.</summary>
    /// <param name="bytes">Not empty.</param>
    public static long Earliest(ReadOnlySpan<byte> bytes) => Open(bytes).Long();

    /// <param name="bytes">Not empty.</param>
    /// <param name="names">Of the file.</param>
    /// <param name="into">To which they are added.</param>
    public static void Read(ReadOnlySpan<byte> bytes, NameTable names, EntityDelta into)
    {
        var reader = Open(bytes);
        reader.Long();
        var count = reader.Number();
        if (count <= 0 || count > reader.Left) throw new InvalidDataException("Loose instances have an impossible count.");
        var numbers = new long[count];
        for (var i = 0; i < count; i++) numbers[i] = (i == 0 ? 0 : numbers[i - 1]) + reader.Signed();
        var deletions = new (int Index, long At, byte Decimals)[reader.Number()];
        for (var i = 0; i < deletions.Length; i++) deletions[i] = (reader.Number(), reader.Long(), reader.Byte());
        var instances = names.FromFile(reader.Take(reader.Left)).Attributes;
        var (at, deletion) = (0, 0);
        var last = (Attribute: default(PackedAttribute), Series: (SeriesDelta?)null);
        foreach (var instance in instances)
        {
            if (at == count) throw new InvalidDataException("A loose instance has no number.");
            if (last.Series is null || last.Attribute.Name != instance.Name || !last.Attribute.DatasetId.SequenceEqual(instance.DatasetId))
                last.Series = into.At(instance.Name, Encoding.UTF8.GetString(instance.DatasetId));
            last.Attribute = instance;
            var row = InstanceRow.Of(numbers[at], instance);
            if (deletion < deletions.Length && deletions[deletion].Index == at)
            {
                (row.DeletedAt, row.DeletedDecimals) = (deletions[deletion].At, deletions[deletion].Decimals);
                deletion++;
            }

            last.Series.Added.Add(row);
            at++;
        }
    }

    private static ByteReader Open(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        if (reader.Byte() != LooseForm.Version) throw new InvalidDataException("Loose instances have an unknown form.");
        return reader;
    }
}
