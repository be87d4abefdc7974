namespace SmartCity.Broker.Embedded.Memory;

/// <summary>Ordinals are counted in chunks, so that arrays over them grow without copying and bitmaps fit a cache line or eight.</summary>
internal static class Chunks
{
    public const int Shift = 12;

    /// <summary>Ordinals of a chunk.</summary>
    public const int Size = 1 << Shift;

    public const int Mask = Size - 1;

    /// <summary>64-bit words of a chunk's bitmap.</summary>
    public const int Words = Size / 64;

    public static int Of(int ordinal) => ordinal >> Shift;
}
