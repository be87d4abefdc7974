using System.Buffers;
using System.Numerics;
using SmartCity.Broker.Embedded.Bytes;

namespace SmartCity.Broker.Embedded.History.Blocks;

/// <summary>
/// Whole numbers side by side in few bytes. They are written as they are, as differences, or as differences of differences,
/// whatever is shortest, and these as runs of equal ones or as multiples of their common divisor above their least, in equally
/// many bits. Regular times take nothing, those of a clock with jitter one or two bytes. The form is persisted:
/// <code>
/// u8 order (0 - 2) and 16 where there are runs; the first 'order' values; then
///   runs:   each value, and a number: how often, to the end
///   bits:   the least, the divisor, u8 bits, and the multiples, low bits first
/// </code>
/// </summary>
internal static class LongColumn
{
    private const byte Runs = 16;
    private const int MaxOrder = 2;

    public static void Write(ByteWriter bytes, ReadOnlySpan<long> values)
    {
        var pool = ArrayPool<long>.Shared.Rent(values.Length * (MaxOrder + 1) + 1);
        var (best, bestSize) = (default(Form), long.MaxValue);
        var order = 0;
        var residuals = pool.AsSpan(0, values.Length);
        values.CopyTo(residuals);
        for (; order <= MaxOrder && order <= values.Length; order++)
        {
            if (order > 0) residuals = Differences(residuals, pool.AsSpan(order * values.Length));
            var form = Form.Of(residuals);
            if (form.Size >= bestSize) continue;
            (best, bestSize) = (form with { Order = order }, form.Size);
        }

        Write(bytes, best, pool, values.Length);
        ArrayPool<long>.Shared.Return(pool);
    }

    public static void Read(ref ByteReader bytes, Span<long> values)
    {
        var form = bytes.Byte();
        var order = form & 3;
        if (order > values.Length) throw new InvalidDataException("A column is too short.");
        for (var i = 0; i < order; i++) values[i] = bytes.Signed();
        if ((form & Runs) != 0) ReadRuns(ref bytes, values[order..]);
        else ReadBits(ref bytes, values[order..]);
        for (var first = order; first > 0; first--)
        {
            for (var i = first; i < values.Length; i++) values[i] += values[i - 1];
        }
    }

    private static Span<long> Differences(ReadOnlySpan<long> of, Span<long> to)
    {
        for (var i = 1; i < of.Length; i++) to[i - 1] = of[i] - of[i - 1];
        return to[..Math.Max(0, of.Length - 1)];
    }

    private static void Write(ByteWriter bytes, Form form, long[] pool, int count)
    {
        bytes.Byte((byte)(form.Order | (form.IsRuns ? Runs : 0)));
        for (var i = 0; i < form.Order; i++) bytes.Signed(pool[i * count]);
        var residuals = pool.AsSpan(form.Order * count, count - form.Order);
        if (form.IsRuns)
        {
            for (var i = 0; i < residuals.Length;)
            {
                var start = i;
                while (i < residuals.Length && residuals[i] == residuals[start]) i++;
                bytes.Signed(residuals[start]);
                bytes.Number(i - start);
            }

            return;
        }

        bytes.Signed(form.Least);
        bytes.Signed((long)form.Divisor);
        bytes.Byte((byte)form.Bits);
        var packed = bytes.Take((int)(((long)residuals.Length * form.Bits + 7) / 8));
        for (var i = 0; i < residuals.Length; i++) Put(packed, (long)i * form.Bits, (ulong)(residuals[i] - form.Least) / form.Divisor);
    }

    private static void ReadRuns(ref ByteReader bytes, Span<long> values)
    {
        for (var at = 0; at < values.Length;)
        {
            var value = bytes.Signed();
            var count = bytes.Number();
            if ((uint)(count - 1) >= (uint)(values.Length - at)) throw new InvalidDataException("A column has a wrong run.");
            values.Slice(at, count).Fill(value);
            at += count;
        }
    }

    private static void ReadBits(ref ByteReader bytes, Span<long> values)
    {
        var least = bytes.Signed();
        var divisor = (ulong)bytes.Signed();
        var bits = bytes.Byte();
        if (bits > 64) throw new InvalidDataException("A column has a wrong width.");
        var packed = bytes.Take((int)(((long)values.Length * bits + 7) / 8));
        if (bits == 0) values.Fill(least);
        else for (var i = 0; i < values.Length; i++) values[i] = least + (long)(Get(packed, (long)i * bits, bits) * divisor);
    }

    private static void Put(Span<byte> packed, long at, ulong value)
    {
        for (var (index, shift) = ((int)(at >> 3), (int)(at & 7)); value != 0; index++)
        {
            packed[index] |= (byte)(value << shift);
            value >>= 8 - shift;
            shift = 0;
        }
    }

    private static ulong Get(ReadOnlySpan<byte> packed, long at, int bits)
    {
        var (index, shift) = ((int)(at >> 3), (int)(at & 7));
        var value = (ulong)packed[index] >> shift;
        for (var have = 8 - shift; have < bits; have += 8) value |= (ulong)packed[++index] << have;
        return bits == 64 ? value : value & (1ul << bits) - 1;
    }

    private readonly record struct Form(int Order, bool IsRuns, long Least, ulong Divisor, int Bits, long Size)
    {
        public static Form Of(ReadOnlySpan<long> values)
        {
            if (values.IsEmpty) return new(0, true, 0, 1, 0, 0);
            var (least, most, runs) = (values[0], values[0], SignedSize(values[0]) + 2L);
            for (var i = 1; i < values.Length; i++)
            {
                least = Math.Min(least, values[i]);
                most = Math.Max(most, values[i]);
                if (values[i] != values[i - 1]) runs += SignedSize(values[i]) + 1;
            }

            var divisor = CommonDivisor(values, least);
            var bits = divisor == 0 ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)(most - least) / divisor);
            var size = 3 + SignedSize(least) + SignedSize((long)divisor) + ((long)values.Length * bits + 7) / 8;
            return runs <= size
                ? new(0, true, 0, 1, 0, runs)
                : new(0, false, least, Math.Max(1, divisor), bits, size);
        }

        private static ulong CommonDivisor(ReadOnlySpan<long> values, long least)
        {
            ulong divisor = 0;
            foreach (var value in values)
            {
                for (var other = (ulong)(value - least); other != 0;) (divisor, other) = (other, divisor % other);
                if (divisor == 1) break;
            }

            return divisor;
        }

        private static int SignedSize(long value) =>
            (70 - BitOperations.LeadingZeroCount((ulong)(value << 1 ^ value >> 63) | 1)) / 7;
    }
}
