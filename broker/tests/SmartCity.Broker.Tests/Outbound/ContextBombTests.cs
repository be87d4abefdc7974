using System.IO.Compression;
using System.Text;
using Xunit;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>Looks at what the whole process allocates, and so runs while no other test does.</summary>
[Collection(nameof(Alone))]
public class ContextBombTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Of_a_bomb_no_more_is_unpacked_than_a_context_may_have(string encoding)
    {
        var packed = new MemoryStream();
        await using (var pack = Pack(encoding, packed))
        {
            for (var i = 0; i < 1000; i++) await pack.WriteAsync(new byte[100_000]);
        }

        await using var server = new RawServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {packed.Length}\r\n\r\n"), stop);
            await stream.WriteAsync(packed.ToArray(), stop);
        });
        // A context that is packed is welcome otherwise.
        var before = GC.GetTotalAllocatedBytes();
        Assert.Contains("it is larger than", await ContextReachTests.RefusedAsync(server.Address.ToString(), limits: Limits.Default with { ContextBytes = 1_000_000, ContextTimeout = TimeSpan.FromMinutes(1) }), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20_000_000);
    }

    private static Stream Pack(string encoding, Stream output) => encoding switch
    {
        "gzip" => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
        "deflate" => new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true),
        _ => new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true),
    };
}
