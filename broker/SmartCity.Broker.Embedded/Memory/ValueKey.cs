using System.Runtime.CompilerServices;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>
/// Values as 64-bit keys: numbers in their own order, then hashes of texts where the numbers end (what would be NaN), then
/// two marks.
/// </summary>
internal static class ValueKey
{
    /// <summary>There is no value that a bound could mean.</summary>
    public const ulong None = ulong.MaxValue;

    /// <summary>There are several values: only the Entity itself can tell.</summary>
    public const ulong Several = ulong.MaxValue - 1;

    private const ulong Texts = 0xFFF8_0000_0000_0000;
    private const ulong Sign = 1UL << 63;

    public static ulong Of(in IndexKey key) => key.IsText ? OfText(key.TextHash) : OfNumber(key.Number);

    public static ulong OfText(ulong hash) => Texts | hash >> 14;

    public static ulong OfNumber(double number)
    {
        // Minus zero equals zero.
        var bits = Unsafe.BitCast<double, ulong>(number == 0 ? 0 : number);
        return (bits & Sign) == 0 ? bits | Sign : ~bits;
    }
}

/// <summary>Keys from one to another, both included.</summary>
internal readonly record struct KeyRange(ulong Low, ulong High)
{
    public static KeyRange Of(NumberBound bound) => new(
        ValueKey.OfNumber(bound.Low) + (bound.LowIncluded ? 0UL : 1),
        ValueKey.OfNumber(bound.High) - (bound.HighIncluded ? 0UL : 1));
}
