using System.Buffers.Binary;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>A fast hash of short texts: eight bytes at a time, by folded multiplication.</summary>
internal static class Hashing
{
    /// <summary>For tables in memory: differs between processes, so that nobody can choose ids that collide.</summary>
    public static readonly ulong ProcessSeed = (ulong)Random.Shared.NextInt64() | 1;

    /// <summary>For what is persisted: never change it.</summary>
    public const ulong DurableSeed = 0x9E3779B97F4A7C15;

    public static ulong Of(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var hash = seed ^ (ulong)bytes.Length * 0xA0761D6478BD642F;
        while (bytes.Length >= 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), 0xE7037ED1A0B428DB);
            bytes = bytes[8..];
        }

        ulong rest = 0;
        for (var i = 0; i < bytes.Length; i++) rest |= (ulong)bytes[i] << (8 * i);
        return Fold(Fold(hash ^ rest, 0x8EBC6AF09C88C6E3), seed ^ 0x589965CC75374CC3);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
