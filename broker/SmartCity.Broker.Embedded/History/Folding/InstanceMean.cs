using System.Globalization;
using System.Text;
using SmartCity.Broker.Embedded.History.Blocks;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>
/// Averages of instances. Decimals are summed exactly, and the average is rounded to three decimals more than the most exact of them
/// has, or less where it would be longer than a double is exact; zeros at its end go. Other numbers are averaged as doubles.
/// </summary>
internal static class InstanceMean
{
    private const int MoreDecimals = 3;
    private const int MostDecimals = 18;
    private const long ExactInDouble = 1L << 53;

    public static bool IsNumber(in InstanceRow row) =>
        row.DeletedAt == InstanceRow.None && (row.IsNumber || IndexKeys.TryNumber(row.Shape, out _));

    /// <summary>The last of some numbers with the average as its value.</summary>
    /// <param name="rows">At least one, in any order.</param>
    /// <param name="average">Of one, itself.</param>
    /// <returns>False where no double is as great.</returns>
    public static bool TryOf(List<InstanceRow> rows, out InstanceRow average)
    {
        average = rows[0];
        foreach (var row in rows)
        {
            if (row.Time > average.Time || (row.Time == average.Time && row.Number > average.Number)) average = row;
        }

        return rows.Count == 1 || TryDecimals(rows, ref average) || TryDoubles(rows, ref average);
    }

    private static bool TryDecimals(List<InstanceRow> rows, ref InstanceRow average)
    {
        var least = 0;
        foreach (var row in rows)
        {
            if (!row.IsNumber) return false;
            least = Math.Max(least, row.Decimals);
        }

        var sum = Int128.Zero;
        foreach (var row in rows)
        {
            if (!DecimalText.TryScale(row.Mantissa, least - row.Decimals, out var scaled)) return false;
            sum += scaled;
        }

        var decimals = least;
        var mean = Rounded(sum, rows.Count);
        for (var scaled = sum * 10; decimals < Math.Min(least + MoreDecimals, MostDecimals); scaled *= 10, decimals++)
        {
            var longer = Rounded(scaled, rows.Count);
            if (Math.Abs(longer) > ExactInDouble) break;
            mean = longer;
        }

        for (; decimals > least && mean % 10 == 0; decimals--) mean /= 10;
        (average.Mantissa, average.Decimals) = (mean, (byte)decimals);
        return true;
    }

    private static long Rounded(Int128 sum, int count) => (long)((2 * sum + Int128.Sign(sum) * count) / (2 * count));

    private static bool TryDoubles(List<InstanceRow> rows, ref InstanceRow average)
    {
        var mean = 0.0;
        foreach (var row in rows)
        {
            var number = row.Double;
            if (!row.IsNumber) IndexKeys.TryNumber(row.Shape, out number);
            mean += number / rows.Count;
        }

        if (!double.IsFinite(mean)) return false;
        var json = Encoding.UTF8.GetBytes(mean.ToString("R", CultureInfo.InvariantCulture));
        average.IsNumber = DecimalText.TryRead(json, out average.Mantissa, out var decimals);
        average.Decimals = (byte)decimals;
        var shape = new PackedInstances();
        shape.Begin([]);
        shape.Add(average.Shape, json, InstanceRow.None, 0, 0, 0);
        average.Shape = shape.ToEntity().Attributes.First;
        return true;
    }
}
