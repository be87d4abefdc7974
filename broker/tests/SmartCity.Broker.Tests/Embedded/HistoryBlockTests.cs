using System.Text;
using FsCheck.Fluent;
using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.History.Blocks;
using Xunit;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>Columns and numbers of the history's blocks give back what they were given.</summary>
public sealed class HistoryBlockTests
{
    public static TheoryData<long[]> Columns => new()
    {
        Array.Empty<long>(),
        new[] { 0L },
        new[] { long.MinValue, long.MaxValue, 0, -1, 1, long.MaxValue, long.MinValue },
        Enumerable.Repeat(42L, 512).ToArray(),
        Enumerable.Range(0, 512).Select(i => 638_000_000_000_000_000 + i * 9_000_000_000L).ToArray(),
        Enumerable.Range(0, 512).Select(i => 638_000_000_000_000_000 + i * 9_000_000_000L + (i % 7) * 10_000).ToArray(),
        Enumerable.Range(0, 512).Select(i => i < 300 ? i : i * 1_000_000L).ToArray(),
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void A_column_comes_back(long[] values) => Assert.Equal(values, ThroughColumn(values, out _));

    [Fact]
    public void Any_column_comes_back()
    {
        var numbers = Gen.OneOf(
            Gen.Choose(-3, 3).Select(n => (long)n), Gen.Choose(int.MinValue, int.MaxValue).Select(n => (long)n * n), ArbMap.Default.GeneratorFor<long>());
        foreach (var values in Gen.Sample(Gen.ArrayOf(numbers), 500, 300)) Assert.Equal(values, ThroughColumn(values, out _));
    }

    [Fact]
    public void Regular_times_take_next_to_nothing()
    {
        ThroughColumn([.. Enumerable.Range(0, 512).Select(i => 638_000_000_000_000_000 + i * 9_000_000_000L)], out var length);
        Assert.InRange(length, 1, 32);
    }

    [Theory]
    [InlineData("0", true, 0)]
    [InlineData("21.5", true, 21.5)]
    [InlineData("-0.070", true, -0.07)]
    [InlineData("0.001", true, 0.001)]
    [InlineData("123456789012345678", true, 123456789012345678)]
    [InlineData("0.12345678901234567", true, 0.12345678901234567)]
    [InlineData("-0", false, 0)]
    [InlineData("-0.00", false, 0)]
    [InlineData("1e3", false, 0)]
    [InlineData("1234567890123456789012", false, 0)]
    [InlineData("true", false, 0)]
    [InlineData("\"1\"", false, 0)]
    [InlineData("[1]", false, 0)]
    [InlineData("", false, 0)]
    public void A_decimal_keeps_its_spelling(string json, bool isDecimal, double expected)
    {
        Assert.Equal(isDecimal, DecimalText.TryRead(Encoding.UTF8.GetBytes(json), out var mantissa, out var decimals));
        if (!isDecimal) return;
        Span<byte> text = stackalloc byte[DecimalText.MaxLength];
        Assert.Equal(json, Encoding.UTF8.GetString(text[..DecimalText.Format(mantissa, decimals, text)]));
        Assert.Equal(expected, DecimalText.ToDouble(mantissa, decimals));
    }

    private static long[] ThroughColumn(long[] values, out int length)
    {
        var writer = new ByteWriter();
        LongColumn.Write(writer, values);
        length = writer.Length;
        var reader = new ByteReader(writer.Written);
        var read = new long[values.Length];
        LongColumn.Read(ref reader, read);
        Assert.True(reader.IsAtEnd);
        return read;
    }
}
