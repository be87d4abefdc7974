using System.Buffers;
using System.Runtime.InteropServices;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.History.Reading;

/// <summary>Shows the instances of a series to a visitor, block by block, as columns wherever that is possible.</summary>
internal sealed class SeriesScan(HistorySnapshot snapshot, NameTable names, SeriesView series, InstanceRange range, IInstanceVisitor visitor)
{
    private readonly RowOrder _order = new(range, new(1));
    private readonly List<long> _times = [];
    private readonly List<double> _numbers = [];

    public void Run(CancellationToken cancellation)
    {
        if (series.Folded is { } folded)
        {
            var blocks = snapshot.Tables.BlocksOf(folded.Id, snapshot.Runs);
            blocks.RemoveAll(block => range.SpanOf(block) is var span && (span.IsNone || !_order.Reaches(span)));
            blocks.Sort((a, b) => range.SpanOf(a).First.CompareTo(range.SpanOf(b).First));
            foreach (var block in blocks)
            {
                cancellation.ThrowIfCancellationRequested();
                if (series.Delta is { Removed.Count: > 0 } || !TryNumbers(block)) Rows(snapshot.Rows(block.Id, names));
            }
        }

        if (series.Delta?.Added is { Count: > 0 } added) Rows([.. added]);
    }

    /// <summary>False where it holds more than plain numbers, and nothing was shown.</summary>
    private bool TryNumbers(FoldedBlock block)
    {
        // Those without the time stand somewhere between the others.
        if (range.IsUnbounded && block.HasUnobserved) return false;
        var statement = snapshot.Tables.OpenBlock(block.Id);
        try
        {
            var reader = new BlockReader(statement.Blob(0));
            var times = ArrayPool<long>.Shared.Rent(reader.Count);
            var numbers = ArrayPool<double>.Shared.Rent(reader.Count);
            var isRead = reader.TryReadNumbers(names, range.Property, times.AsSpan(0, reader.Count), numbers.AsSpan(0, reader.Count));
            if (isRead) Show(times.AsSpan(0, reader.Count), numbers.AsSpan(0, reader.Count));
            ArrayPool<long>.Shared.Return(times);
            ArrayPool<double>.Shared.Return(numbers);
            return isRead;
        }
        finally
        {
            statement.Reset();
        }
    }

    private void Show(Span<long> times, Span<double> numbers)
    {
        if (!IsAscending(times)) times.Sort(numbers);
        var start = range.From == long.MinValue ? FirstFrom(times, InstanceRow.None + 1) : FirstFrom(times, range.From);
        var end = range.To == long.MaxValue ? times.Length : FirstFrom(times, range.To);
        if (start < end) visitor.Numbers(times[start..end], numbers[start..end]);
    }

    private void Rows(InstanceRow[] rows)
    {
        Array.Sort(rows, _order);
        foreach (ref readonly var row in rows.AsSpan())
        {
            if (row.DeletedAt != InstanceRow.None || !_order.Holds(row) || series.Delta?.Removed.Contains(row.Number) == true) continue;
            if (row.IsNumber || IndexKeys.TryNumber(row.Shape, out _))
            {
                _times.Add(_order.TimeOf(row));
                _numbers.Add(row.IsNumber ? row.Double : Number(row));
            }
            else
            {
                Flush();
                visitor.Other(_order.TimeOf(row), row.Shape);
            }
        }

        Flush();
    }

    private void Flush()
    {
        if (_times.Count > 0)
        {
            visitor.Numbers(
                CollectionsMarshal.AsSpan(_times),
                CollectionsMarshal.AsSpan(_numbers));
        }

        _times.Clear();
        _numbers.Clear();
    }

    private static double Number(in InstanceRow row)
    {
        IndexKeys.TryNumber(row.Shape, out var number);
        return number;
    }

    private static bool IsAscending(ReadOnlySpan<long> times)
    {
        for (var i = 1; i < times.Length; i++)
        {
            if (times[i] < times[i - 1]) return false;
        }

        return true;
    }

    private static int FirstFrom(ReadOnlySpan<long> times, long from)
    {
        var at = times.BinarySearch(from);
        if (at < 0) return ~at;
        while (at > 0 && times[at - 1] == from) at--;
        return at;
    }
}
