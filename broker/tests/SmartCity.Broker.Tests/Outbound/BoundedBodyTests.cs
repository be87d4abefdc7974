using System.Net;
using System.Text;
using SmartCity.Broker.Outbound;
using Xunit;

namespace SmartCity.Broker.Tests.Outbound;

public sealed class BoundedBodyTests
{
    [Theory]
    [InlineData(0, 0, true, true)]
    [InlineData(1, 0, true, false)]
    [InlineData(1, 0, false, false)]
    [InlineData(100, 100, true, true)]
    [InlineData(100, 100, false, true)]
    [InlineData(101, 100, true, false)]
    [InlineData(101, 100, false, false)]
    [InlineData(1_000_000, 1_000_000, false, true)]
    [InlineData(1_000_001, 1_000_000, false, false)]
    [InlineData(1_000_000, int.MaxValue, false, true)]
    [InlineData(1_000_000, long.MaxValue, true, true)]
    [InlineData(262_144, 10_000_000, true, true)]
    [InlineData(262_145, 10_000_000, true, true)]
    [InlineData(3_000_000, 3_000_000, true, true)]
    [InlineData(3_000_000, 2_999_999, true, false)]
    [InlineData(3_000_000, 3_000_000, false, true)]
    public async Task A_body_is_read_whole_or_not_at_all(int length, long most, bool isLengthSaid, bool isRead)
    {
        var text = new string('x', length);
        using var content = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes(text), writable: false));
        content.Headers.ContentLength = isLengthSaid ? length : null;
        var body = await BoundedBody.ReadAsync(isLengthSaid ? content : new Unsized(content), most, default);

        Assert.Equal(isRead ? text : null, body is { } bytes ? Encoding.ASCII.GetString(bytes.Span) : null);
    }

    [Theory]
    [InlineData(10_000_000, 300_000)]
    [InlineData(4_000_000_000, 300_000)]
    public async Task A_body_that_is_said_to_be_large_takes_no_memory_before_it_comes(long said, long most)
    {
        using var content = new StreamContent(new MemoryStream([1]));
        content.Headers.ContentLength = said;
        var before = GC.GetAllocatedBytesForCurrentThread();

        // The stream is in memory, so that all of it happens on this thread.
        var body = BoundedBody.ReadAsync(content, said, default);

        Assert.True(body.IsCompletedSuccessfully);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, most);
        Assert.Equal(1, (await body)?.Length);
    }

    [Fact]
    public async Task Of_a_body_without_end_no_more_is_read_than_is_kept()
    {
        var endless = new Endless();

        Assert.Null(await BoundedBody.ReadAsync(endless, 100_000, default));
        Assert.InRange(endless.Given, 100_001, 200_000);
    }

    /// <summary>Does not say how long it is.</summary>
    private sealed class Unsized(HttpContent inner) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => inner.CopyToAsync(stream);

        protected override Task<Stream> CreateContentReadStreamAsync() => inner.ReadAsStreamAsync();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(buffer.Length, 4096);
            Given += count;
            return new(count);
        }
    }
}
