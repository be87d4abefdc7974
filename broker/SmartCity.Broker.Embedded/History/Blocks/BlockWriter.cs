using System.Buffers;
using System.IO.Compression;
using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Blocks;

/// <summary>Writes <see cref="BlockForm"/>.</summary>
internal sealed class BlockWriter(NameTable names)
{
    private const int WorthCompressing = 256;

    private readonly ByteWriter _bytes = new();
    private readonly ByteWriter _section = new();
    private readonly PackedInstances _shapes = new();
    private readonly PackedInstances _shape = new();
    private readonly Dictionary<Shape, int> _known = [];
    private long[] _column = new long[BlockForm.Full];
    private long[] _shapeOf = new long[BlockForm.Full];

    /// <param name="rows">In order; at least one. Mantissas may be rewritten as shapes, where no column can hold them.</param>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(Span<InstanceRow> rows)
    {
        if (_column.Length < rows.Length) (_column, _shapeOf) = (new long[rows.Length], new long[rows.Length]);
        _bytes.Clear();
        _bytes.Byte(BlockForm.Version);
        _bytes.Number(rows.Length);
        var decimals = MostDecimals(rows);
        WriteShapes(rows, decimals);
        Column(rows, static (in InstanceRow row) => row.Number >> InstanceRow.PlaceBits);
        Column(rows, static (in InstanceRow row) => row.Number & (1 << InstanceRow.PlaceBits) - 1);
        WriteMoments(rows, static (in InstanceRow row) => row.ObservedAt, static (in InstanceRow row) => row.ObservedDecimals);
        Column(rows, static (in InstanceRow row) => row.CreatedAt);
        Column(rows, static (in InstanceRow row) => row.ModifiedAt);
        WriteMoments(rows, static (in InstanceRow row) => row.DeletedAt, static (in InstanceRow row) => row.DeletedDecimals);
        WriteNumbers(rows, decimals);
        return _bytes.Written;
    }

    private static int MostDecimals(Span<InstanceRow> rows)
    {
        var most = 0;
        foreach (ref readonly var row in rows)
        {
            if (row.IsNumber) most = Math.Max(most, row.Decimals);
        }

        return most;
    }

    private void WriteShapes(Span<InstanceRow> rows, int decimals)
    {
        _known.Clear();
        _shapes.Begin([]);
        var last = (Shape: default(PackedAttribute), IsNumber: false, Index: -1);
        for (var i = 0; i < rows.Length; i++)
        {
            ref var row = ref rows[i];
            var isNumber = IsMantissa(row, decimals);
            if (last.Index < 0 || last.IsNumber != isNumber || !last.Shape.IsSamePlace(row.Shape))
            {
                last = (row.Shape, isNumber, IndexOf(row, isNumber));
            }

            _shapeOf[i] = last.Index;
        }

        _section.Clear();
        var packed = names.ToFile(_shapes.Written);
        var room = packed.Length < WorthCompressing ? 0 : BrotliEncoder.GetMaxCompressedLength(packed.Length);
        var compressed = ArrayPool<byte>.Shared.Rent(room);
        if (room > 0 && BrotliEncoder.TryCompress(packed, compressed, out var length, quality: 5, window: 18) && length < packed.Length * 9 / 10)
        {
            _section.Byte(1);
            _section.Number(packed.Length);
            packed = compressed.AsSpan(0, length);
        }
        else
        {
            _section.Byte(0);
        }

        packed.CopyTo(_section.Take(packed.Length));
        ArrayPool<byte>.Shared.Return(compressed);
        _bytes.Block(_section.Written);
        if (_known.Count == 1) _bytes.Block([]);
        else Column(_shapeOf.AsSpan(0, rows.Length));
    }

    private int IndexOf(in InstanceRow row, bool isNumber)
    {
        _shape.Begin([]);
        if (row.IsNumber && !isNumber) AddWithNumber(row);
        else _shape.AddShape(row.Shape, withValue: !isNumber);
        var shape = new Shape(_shape.ToEntity());
        if (_known.TryGetValue(shape, out var index)) return index;
        _known[shape] = index = _known.Count;
        _shapes.AddShape(shape.Entity.Attributes.First, withValue: true);
        return index;
    }

    // A mantissa that is too long beside the decimals of the others.
    private void AddWithNumber(in InstanceRow row)
    {
        Span<byte> text = stackalloc byte[DecimalText.MaxLength];
        var whole = new PackedInstances();
        whole.Begin([]);
        whole.Add(row.Shape, text[..DecimalText.Format(row.Mantissa, row.Decimals, text)], InstanceRow.None, 0, 0, 0);
        _shape.AddShape(whole.ToEntity().Attributes.First, withValue: true);
    }

    private static bool IsMantissa(in InstanceRow row, int decimals) =>
        row.IsNumber && DecimalText.TryScale(row.Mantissa, decimals - row.Decimals, out _);

    private void WriteMoments(Span<InstanceRow> rows, Get<long> moment, Get<byte> decimalsOf)
    {
        var last = InstanceRow.None;
        foreach (ref readonly var row in rows)
        {
            if ((last = moment(row)) != InstanceRow.None) break;
        }

        if (last == InstanceRow.None)
        {
            _bytes.Block([]);
            _bytes.Block([]);
            return;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            var at = moment(rows[i]);
            if (at != InstanceRow.None) last = at;
            _column[i] = last;
        }

        Column(_column.AsSpan(0, rows.Length));
        for (var i = 0; i < rows.Length; i++) _column[i] = moment(rows[i]) == InstanceRow.None ? 0 : decimalsOf(rows[i]) + 1;
        Column(_column.AsSpan(0, rows.Length));
    }

    private void WriteNumbers(Span<InstanceRow> rows, int decimals)
    {
        var count = 0;
        foreach (ref readonly var row in rows)
        {
            if (row.IsNumber && DecimalText.TryScale(row.Mantissa, decimals - row.Decimals, out var scaled)) _column[count++] = scaled;
        }

        _section.Clear();
        if (count > 0)
        {
            _section.Byte((byte)decimals);
            LongColumn.Write(_section, _column.AsSpan(0, count));
        }

        _bytes.Block(_section.Written);
        count = 0;
        foreach (ref readonly var row in rows)
        {
            if (IsMantissa(row, decimals)) _column[count++] = row.Decimals;
        }

        if (count > 0) Column(_column.AsSpan(0, count));
        else _bytes.Block([]);
    }

    private void Column(Span<InstanceRow> rows, Get<long> get)
    {
        for (var i = 0; i < rows.Length; i++) _column[i] = get(rows[i]);
        Column(_column.AsSpan(0, rows.Length));
    }

    private void Column(ReadOnlySpan<long> values)
    {
        _section.Clear();
        LongColumn.Write(_section, values);
        _bytes.Block(_section.Written);
    }

    private delegate T Get<out T>(in InstanceRow row);

    /// <summary>A shape by its bytes.</summary>
    private readonly struct Shape(PackedEntity entity) : IEquatable<Shape>
    {
        public PackedEntity Entity => entity;

        public bool Equals(Shape other) => entity.Bytes.SequenceEqual(other.Entity.Bytes);

        public override bool Equals(object? obj) => obj is Shape other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(entity.Bytes);
            return hash.ToHashCode();
        }
    }
}
