using System.Buffers;
using System.IO.Compression;
using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.Naming;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Blocks;

/// <summary>Reads <see cref="BlockForm"/>, only what is asked for. Damaged bytes are <see cref="InvalidDataException"/>.</summary>
internal readonly ref struct BlockReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Ends _ends;

    /// <param name="bytes">Must stay as they are while they are read.</param>
    public BlockReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        var reader = new ByteReader(bytes);
        if (reader.Byte() != BlockForm.Version) throw new InvalidDataException("A block has an unknown form.");
        Count = reader.Number();
        if (Count is <= 0 or > 1 << 20) throw new InvalidDataException("A block has an impossible count.");
        for (var i = 0; i < BlockForm.Sections; i++)
        {
            var length = reader.Block().Length;
            _ends[i] = (bytes.Length - reader.Left - length, length);
        }
    }

    /// <summary>Instances in the block.</summary>
    public int Count { get; }

    public bool HasDeletions => !this[Section.DeletedAt].IsEmpty;

    private ReadOnlySpan<byte> this[Section section] => _bytes.Slice(_ends[(int)section].Start, _ends[(int)section].Length);

    /// <summary>Reads all of it.</summary>
    public InstanceRow[] Rows(NameTable names)
    {
        var rows = new InstanceRow[Count];
        var rented = ArrayPool<long>.Shared.Rent(Count);
        var column = rented.AsSpan(0, Count);
        Read(Section.Change, column);
        for (var i = 0; i < Count; i++) rows[i].Number = column[i] << InstanceRow.PlaceBits;
        Read(Section.Place, column);
        for (var i = 0; i < Count; i++) rows[i].Number |= column[i];
        Read(Section.CreatedAt, column);
        for (var i = 0; i < Count; i++) rows[i].CreatedAt = column[i];
        Read(Section.ModifiedAt, column);
        for (var i = 0; i < Count; i++) rows[i].ModifiedAt = column[i];
        ReadMoments(Section.ObservedAt, column);
        for (var i = 0; i < Count; i++) rows[i].ObservedAt = column[i];
        ReadMoments(Section.DeletedAt, column);
        for (var i = 0; i < Count; i++) rows[i].DeletedAt = column[i];
        if (Read(Section.ObservedDecimals, column)) for (var i = 0; i < Count; i++) rows[i].ObservedDecimals = (byte)Math.Max(0, column[i] - 1);
        if (Read(Section.DeletedDecimals, column)) for (var i = 0; i < Count; i++) rows[i].DeletedDecimals = (byte)Math.Max(0, column[i] - 1);
        ReadShapes(names, rows, column);
        ReadNumbers(rows, column);
        ArrayPool<long>.Shared.Return(rented);
        return rows;
    }

    /// <summary>
    /// Reads times and numbers where the block holds nothing but undeleted numbers; false where it holds anything else.
    /// </summary>
    public bool TryReadNumbers(NameTable names, TimeProperty property, Span<long> times, Span<double> numbers)
    {
        if (HasDeletions || !this[Section.ShapeOf].IsEmpty || this[Section.Mantissas].IsEmpty || !Shapes(names).First.Value.IsEmpty) return false;
        ReadTimes(property, times);
        var rented = ArrayPool<long>.Shared.Rent(Count);
        var mantissas = rented.AsSpan(0, Count);
        var reader = new ByteReader(this[Section.Mantissas]);
        var decimals = reader.Byte();
        LongColumn.Read(ref reader, mantissas);
        for (var i = 0; i < Count; i++) numbers[i] = DecimalText.ToDouble(mantissas[i], decimals);
        ArrayPool<long>.Shared.Return(rented);
        return true;
    }

    private void ReadTimes(TimeProperty property, Span<long> times)
    {
        switch (property)
        {
            case TimeProperty.ObservedAt: ReadMoments(Section.ObservedAt, times); break;
            case TimeProperty.CreatedAt: Read(Section.CreatedAt, times); break;
            case TimeProperty.ModifiedAt: Read(Section.ModifiedAt, times); break;
            default: times.Fill(InstanceRow.None); break;
        }
    }

    private bool Read(Section section, Span<long> values)
    {
        var bytes = this[section];
        if (bytes.IsEmpty) return false;
        var reader = new ByteReader(bytes);
        LongColumn.Read(ref reader, values);
        return true;
    }

    private void ReadMoments(Section section, Span<long> moments)
    {
        if (!Read(section, moments))
        {
            moments.Fill(InstanceRow.None);
            return;
        }

        var rented = ArrayPool<long>.Shared.Rent(Count);
        var decimals = rented.AsSpan(0, Count);
        Read(section + 1, decimals);
        for (var i = 0; i < Count; i++)
        {
            if (decimals[i] == 0) moments[i] = InstanceRow.None;
        }

        ArrayPool<long>.Shared.Return(rented);
    }

    private PackedAttributes Shapes(NameTable names)
    {
        var reader = new ByteReader(this[Section.Shapes]);
        if (reader.Byte() == 0) return names.FromFile(reader.Take(reader.Left)).Attributes;
        var length = reader.Number();
        if (length is < 0 or > 1 << 30) throw new InvalidDataException("A block's shapes have an impossible length.");
        var packed = new byte[length];
        if (!BrotliDecoder.TryDecompress(reader.Take(reader.Left), packed, out var written) || written != length)
            throw new InvalidDataException("A block's shapes are damaged.");
        return names.FromFile(packed).Attributes;
    }

    private void ReadShapes(NameTable names, InstanceRow[] rows, Span<long> column)
    {
        var shapes = new List<PackedAttribute>();
        foreach (var shape in Shapes(names)) shapes.Add(shape);
        if (!Read(Section.ShapeOf, column)) column.Clear();
        for (var i = 0; i < Count; i++)
        {
            if ((ulong)column[i] >= (ulong)shapes.Count) throw new InvalidDataException("A block refers to a shape that it lacks.");
            rows[i].Shape = shapes[(int)column[i]];
        }
    }

    private void ReadNumbers(InstanceRow[] rows, Span<long> column)
    {
        var count = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].IsNumber = rows[i].Shape.Value.IsEmpty) count++;
        }

        if (count == 0) return;
        var reader = new ByteReader(this[Section.Mantissas]);
        var most = reader.Byte();
        var numbers = column[..count];
        LongColumn.Read(ref reader, numbers);
        var at = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].IsNumber) rows[i].Mantissa = numbers[at++];
        }

        Read(Section.Decimals, numbers);
        at = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (!rows[i].IsNumber) continue;
            rows[i].Decimals = (byte)numbers[at++];
            if (rows[i].Decimals > most) throw new InvalidDataException("A block has a wrong count of decimals.");
            rows[i].Mantissa = DecimalText.Unscale(rows[i].Mantissa, most - rows[i].Decimals);
        }
    }

    [System.Runtime.CompilerServices.InlineArray(BlockForm.Sections)]
    private struct Ends
    {
        private (int Start, int Length) _first;
    }
}
