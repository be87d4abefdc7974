using System.Net;
using System.Net.Sockets;

namespace SmartCity.Mqtt.Tests;

public sealed class ConnectionGuardTests
{
    [MosquittoFact]
    public async Task The_client_connects_to_what_the_guard_finds()
    {
        await using var server = await MosquittoServer.StartAsync();
        var guard = new Guard(["127.0.0.3", "127.0.0.1"], isAllowed: true);
        await using var client = new MosquittoClient(new() { Host = "no.such.host.example", Port = server.Port, Guard = guard });

        await client.ConnectAsync();

        Assert.True(client.IsConnected);
    }

    [MosquittoFact]
    public async Task Each_connection_is_asked_for()
    {
        await using var server = await MosquittoServer.StartAsync();
        var guard = new Guard(["127.0.0.1"], isAllowed: true);
        await using var client = new MosquittoClient(
            new() { Host = "no.such.host.example", Port = server.Port, Guard = guard, MinReconnectDelay = TimeSpan.FromMilliseconds(10) });
        await client.ConnectAsync();
        guard.Refusal = "it is forbidden now";
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Happened += happened =>
        {
            if (happened.Kind == MqttEventKind.ConnectFailed) told.TrySetResult(happened.Detail);
        };

        await server.RestartAsync();

        Assert.Contains("it is forbidden now", await told.Task.WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
        Assert.False(client.IsConnected);
    }

    [MosquittoFact]
    public async Task With_TLS_the_address_that_the_name_has_led_to_is_judged_before_anything_is_said()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var guard = new Guard(["127.0.0.1"], isAllowed: false);
        await using var client = new MosquittoClient(
            new() { Host = "localhost", Port = port, UseTls = true, UserName = "city", Password = "secret", Guard = guard });

        var error = await Assert.ThrowsAsync<MqttException>(() => client.ConnectAsync());

        Assert.Contains("leads to an address now that may not be connected to", error.Message, StringComparison.Ordinal);
        Assert.Equal([IPAddress.Loopback], guard.Judged);
    }

    private sealed class Guard(string[] addresses, bool isAllowed) : IConnectionGuard
    {
        public string? Refusal { get; set; }

        public List<IPAddress> Judged { get; } = [];

        public IReadOnlyList<IPAddress> Find(string host) =>
            Refusal is null ? [.. addresses.Select(IPAddress.Parse)] : throw new MqttException(Refusal);

        public bool Allows(IPAddress address)
        {
            Judged.Add(address);
            return isAllowed;
        }
    }
}
