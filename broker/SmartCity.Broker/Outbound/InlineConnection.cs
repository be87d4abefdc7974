using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace SmartCity.Broker.Outbound;

/// <summary>
/// A connection whose answers are used on the <see cref="SocketThread"/> as long as they are small. What is larger, the end of the
/// connection and its failure go on on the thread pool.
/// </summary>
/// <param name="socket">Connected, and in <see cref="SocketThread.Use"/>.</param>
/// <param name="places">Of which it holds one.</param>
/// <param name="most">Bytes of an answer, with its headers.</param>
internal sealed class InlineConnection(Socket socket, SemaphoreSlim places, int most) : OutboundConnection(socket, places)
{
    // Since something was sent: of this answer. Never read and written at once, except to begin anew.
    private long _received;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _received = 0;
        return base.WriteAsync(buffer, cancellationToken);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reading = base.ReadAsync(buffer, cancellationToken);
        if (!reading.IsCompletedSuccessfully) return WaitAsync(reading);
        var count = reading.Result;
        return IsSmall(count) || Thread.CurrentThread.IsThreadPoolThread ? new(count) : LeaveAsync(count);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<int> reading)
    {
        var count = 0;
        try
        {
            return count = await reading.ConfigureAwait(false);
        }
        finally
        {
            if (!IsSmall(count)) await SocketThread.Leave();
        }
    }

    private static async ValueTask<int> LeaveAsync(int count)
    {
        await SocketThread.Leave();
        return count;
    }

    private bool IsSmall(int count) => (_received += count) <= most && count > 0;
}
