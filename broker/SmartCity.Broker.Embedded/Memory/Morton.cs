using SmartCity.NgsiLd.Geometries;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>Places as the interleaved bits of their cell's column and row: near places have near numbers.</summary>
internal static class Morton
{
    public static ulong Of(uint x, uint y) => Spread(x) | Spread(y) << 1;

    public static uint X(ulong code) => Gather(code);

    public static uint Y(ulong code) => Gather(code >> 1);

    /// <summary>The finest column of a longitude.</summary>
    public static uint Column(double longitude) => Scale((longitude + 180) / 360);

    /// <summary>The finest row of a latitude.</summary>
    public static uint Row(double latitude) => Scale((latitude + 90) / 180);

    private static uint Scale(double part) => (uint)Math.Clamp(part * 4294967296.0, 0, uint.MaxValue);

    private static ulong Spread(uint value)
    {
        ulong v = value;
        v = (v | v << 16) & 0x0000FFFF0000FFFF;
        v = (v | v << 8) & 0x00FF00FF00FF00FF;
        v = (v | v << 4) & 0x0F0F0F0F0F0F0F0F;
        v = (v | v << 2) & 0x3333333333333333;
        return (v | v << 1) & 0x5555555555555555;
    }

    private static uint Gather(ulong v)
    {
        v &= 0x5555555555555555;
        v = (v | v >> 1) & 0x3333333333333333;
        v = (v | v >> 2) & 0x0F0F0F0F0F0F0F0F;
        v = (v | v >> 4) & 0x00FF00FF00FF00FF;
        v = (v | v >> 8) & 0x0000FFFF0000FFFF;
        return (uint)(v | v >> 16);
    }
}

/// <summary>Cells from one corner to the other, both included.</summary>
internal readonly record struct CellBox(uint West, uint South, uint East, uint North) : IKeyFilter
{
    public bool Includes(ulong key)
    {
        var (x, y) = (Morton.X(key), Morton.Y(key));
        return x >= West && x <= East && y >= South && y <= North;
    }

    /// <summary>The cells of a level whose geometries may meet a box.</summary>
    /// <param name="box">In degrees.</param>
    /// <param name="level">2 to the level columns and rows.</param>
    /// <param name="reach">How many cells a geometry reaches beyond its own to the east and north.</param>
    public static CellBox Of(in GeoBox box, int level, uint reach)
    {
        var shift = 32 - level;
        var (west, south) = (Morton.Column(box.West), Morton.Row(box.South));
        var (east, north) = (Morton.Column(box.East), Morton.Row(box.North));
        // Rounding may have put a place on the far side of the edge.
        west -= Math.Min(west, 1u);
        south -= Math.Min(south, 1u);
        east += Math.Min(uint.MaxValue - east, 1u);
        north += Math.Min(uint.MaxValue - north, 1u);
        (west, south, east, north) = (Coarser(west, shift), Coarser(south, shift), Coarser(east, shift), Coarser(north, shift));
        return new(west - Math.Min(west, reach), south - Math.Min(south, reach), east, north);
    }

    /// <summary>The column or row of a level that a finest one lies in. A shift by the whole width would do nothing.</summary>
    public static uint Coarser(uint cell, int shift) => (uint)((ulong)cell >> shift);

    /// <summary>A few ranges of codes that cover the box, and some cells around it.</summary>
    public List<KeyRange> Ranges()
    {
        var coarser = 0;
        while ((East >> coarser) - (West >> coarser) > 2 || (North >> coarser) - (South >> coarser) > 2) coarser++;
        var ranges = new List<KeyRange>(9);
        for (var y = South >> coarser; y <= North >> coarser; y++)
        {
            for (var x = West >> coarser; x <= East >> coarser; x++)
            {
                var first = Morton.Of(x, y) << (2 * coarser);
                ranges.Add(new(first, first + ((1UL << (2 * coarser)) - 1)));
            }
        }

        ranges.Sort((a, b) => a.Low.CompareTo(b.Low));
        for (var i = ranges.Count - 1; i > 0; i--)
        {
            if (ranges[i - 1].High + 1 != ranges[i].Low) continue;
            ranges[i - 1] = new(ranges[i - 1].Low, ranges[i].High);
            ranges.RemoveAt(i);
        }

        return ranges;
    }
}
