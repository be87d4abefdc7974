using System.Net;
using System.Net.Sockets;
using SmartCity.Broker.Outbound;
using Xunit;

namespace SmartCity.Broker.Tests.Outbound;

public sealed class HostLookupTests
{
    [Fact]
    public async Task Names_whose_servers_do_not_answer_delay_only_each_other()
    {
        using var hangs = new ManualResetEventSlim();
        var atOnce = 0;
        var lookup = new HostLookup(new() { Lookups = 2 }, host =>
        {
            if (host == "known.example") return [IPAddress.Loopback];
            Interlocked.Increment(ref atOnce);
            hangs.Wait();
            Interlocked.Decrement(ref atOnce);
            throw new SocketException((int)SocketError.TryAgain);
        });
        await lookup.FindAsync("known.example", default);
        using var deadline = new CancellationTokenSource();
        var silent = Enumerable.Range(0, 50).Select(i => lookup.FindAsync($"{i}.example", deadline.Token).AsTask()).ToList();

        for (var i = 0; i < 20; i++) Assert.Equal([IPAddress.Loopback], await lookup.FindAsync("known.example", default).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));

        for (var waited = 0; Volatile.Read(ref atOnce) < 2 && waited < 3000; waited++) await Task.Delay(10);
        await deadline.CancelAsync();
        foreach (var one in silent) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.Equal(2, Volatile.Read(ref atOnce));
        hangs.Set();
        // Their places are free again.
        await Assert.ThrowsAsync<SocketException>(() => lookup.FindAsync("another.example", default).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("::1")]
    [InlineData("0x7f.1")]
    public async Task An_address_is_not_looked_up(string host)
    {
        var lookup = new HostLookup(OutboundSettings.Default, _ => throw new InvalidOperationException());

        Assert.Equal([IPAddress.Parse(host)], await lookup.FindAsync(host, default));
    }
}
