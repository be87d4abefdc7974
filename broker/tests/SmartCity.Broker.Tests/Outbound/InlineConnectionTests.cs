using System.Net.Sockets;
using System.Text;
using SmartCity.Broker.Outbound;
using Xunit;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>What is small is used on the thread that hears of it; whatever may take long is not.</summary>
public sealed class InlineConnectionTests
{
    private const int Small = 16 * 1024;

    /// <summary>How the answer comes, in pieces; who asks; and whether it is used where it arrives.</summary>
    public static TheoryData<string, int[], OutboundUse, int, bool> Answers => new()
    {
        { "small", [500], OutboundUse.ContextSources, Small, true },
        { "small, in pieces", [500, 500, 500], OutboundUse.ContextSources, Small, true },
        { "large", [10 * 1024 * 1024], OutboundUse.ContextSources, Small, false },
        { "just too large", [Small], OutboundUse.ContextSources, Small, false },
        { "large, in small pieces", [.. Enumerable.Repeat(1000, 20)], OutboundUse.ContextSources, Small, false },
        { "small, but nothing is to be", [500], OutboundUse.ContextSources, 1, false },
        { "small, of an endpoint", [500], OutboundUse.Notifications, Small, false },
        { "small, of a context", [500], OutboundUse.Contexts, Small, false },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_is_used_where_it_arrives_if_it_is_small(string name, int[] pieces, OutboundUse use, int most, bool isInline)
    {
        await using var server = new RawServer((_, stream, stop) => AnswerAsync(stream, pieces, stop));
        using var client = new OutboundGate(Gates.Development, new() { InlineBytes = most }).CreateClient(use);
        var asked = await AskAsync(client, server.Address);

        Assert.Equal(pieces.Sum(), asked.Length);
        Assert.True(asked.IsInline == isInline, name);
        Assert.True(asked.HasLeft);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")]
    public async Task A_connection_that_ends_too_early_is_dealt_with_on_the_thread_pool(string answer)
    {
        await using var server = new RawServer(async (_, stream, stop) =>
        {
            await Task.Delay(50, stop);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop);
            await Task.Delay(50, stop);
        });
        using var client = Gates.ToLoopback().CreateClient(OutboundUse.ContextSources);
        var asked = await AskAsync(client, server.Address);

        Assert.Null(asked.Length);
        Assert.False(asked.IsInline);
    }

    private static async Task<(int? Length, bool IsInline, bool HasLeft)> AskAsync(HttpMessageInvoker client, Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        int? length = null;
        try
        {
            using var response = await client.SendAsync(request, default).ConfigureAwait(false);
            length = (await BoundedBody.ReadAsync(response.Content, long.MaxValue, default).ConfigureAwait(false))?.Length;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            // Told by the length.
        }

        var isInline = !Thread.CurrentThread.IsThreadPoolThread;
        await SocketThread.Leave();
        return (length, isInline, Thread.CurrentThread.IsThreadPoolThread);
    }

    // Late, so that it is waited for.
    private static async Task AnswerAsync(NetworkStream stream, int[] pieces, CancellationToken stop)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {pieces.Sum()}\r\n\r\n"), stop);
        foreach (var piece in pieces)
        {
            await Task.Delay(20, stop);
            await stream.WriteAsync(new byte[piece], stop);
        }
    }
}
