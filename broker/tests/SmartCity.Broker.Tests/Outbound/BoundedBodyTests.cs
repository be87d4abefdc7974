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
    public async Task A_body_is_read_whole_or_not_at_all(int length, long most, bool isLengthSaid, bool isRead)
    {
        var text = new string('x', length);
        using var content = new StreamContent(new MemoryStream(Encoding.ASCII.GetBytes(text), writable: false));
        content.Headers.ContentLength = isLengthSaid ? length : null;
        var body = await BoundedBody.ReadAsync(isLengthSaid ? content : new Unsized(content), most, default);

        Assert.Equal(isRead ? text : null, body is { } bytes ? Encoding.ASCII.GetString(bytes.Span) : null);
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
