using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Loose;

/// <summary>Writes <see cref="LooseForm"/>.</summary>
internal sealed class LooseWriter(NameTable names)
{
    private readonly ByteWriter _bytes = new();
    private readonly PackedInstances _instances = new();

    /// <returns>Valid until the next call; empty where there are none.</returns>
    public ReadOnlySpan<byte> Write(List<SeriesRows> all)
    {
        var (count, deletions, earliest) = (0, 0, long.MaxValue);
        foreach (var series in all)
        {
            foreach (ref readonly var row in CollectionsMarshal.AsSpan(series.Rows))
            {
                count++;
                if (row.DeletedAt != InstanceRow.None) deletions++;
                earliest = Math.Min(earliest, row.Time);
            }
        }

        if (count == 0) return [];
        _bytes.Clear();
        _bytes.Byte(LooseForm.Version);
        _bytes.Long(earliest);
        _bytes.Number(count);
        WriteNumbers(all);
        _bytes.Number(deletions);
        if (deletions > 0) WriteDeletions(all);
        var packed = Packed(all);
        packed.CopyTo(_bytes.Take(packed.Length));
        return _bytes.Written;
    }

    private void WriteNumbers(List<SeriesRows> all)
    {
        var last = 0L;
        foreach (var series in all)
        {
            foreach (ref readonly var row in CollectionsMarshal.AsSpan(series.Rows))
            {
                _bytes.Signed(row.Number - last);
                last = row.Number;
            }
        }
    }

    private void WriteDeletions(List<SeriesRows> all)
    {
        var index = 0;
        foreach (var series in all)
        {
            foreach (ref readonly var row in CollectionsMarshal.AsSpan(series.Rows))
            {
                if (row.DeletedAt != InstanceRow.None)
                {
                    _bytes.Number(index);
                    _bytes.Long(row.DeletedAt);
                    _bytes.Byte(row.DeletedDecimals);
                }

                index++;
            }
        }
    }

    private ReadOnlySpan<byte> Packed(List<SeriesRows> all)
    {
        _instances.Begin([]);
        foreach (var series in all)
        {
            foreach (ref readonly var row in CollectionsMarshal.AsSpan(series.Rows))
            {
                _instances.Add(row.Shape, [], row.ObservedAt, row.ObservedDecimals, row.CreatedAt, row.ModifiedAt);
            }
        }

        return names.ToFile(_instances.Written);
    }
}
