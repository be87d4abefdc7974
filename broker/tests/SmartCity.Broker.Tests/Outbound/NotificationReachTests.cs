using System.Text;
using SmartCity.Broker.Outbound;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.NgsiLd;
using Xunit;

namespace SmartCity.Broker.Tests.Outbound;

/// <summary>A client that names an endpoint would have the broker speak to something else.</summary>
public sealed class NotificationReachTests
{
    private static readonly OutboundSettings Settings = new() { Allow = "127.0.0.1", ConnectTimeout = TimeSpan.FromSeconds(2) };

    [Theory]
    [InlineData("http://10.0.0.1/", "10.0.0.1 is a private address, which the setting Outbound:Allow does not name")]
    [InlineData("http://127.2/", "127.0.0.2 is a loopback address, which the setting Outbound:Allow does not name")]
    [InlineData("https://[::ffff:10.0.0.1]/", "::ffff:10.0.0.1 is a private address, which the setting Outbound:Allow does not name")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is a link-local address, which the setting Outbound:Allow does not name")]
    [InlineData("http://user:password@127.0.0.1/", "its user information would not be sent")]
    [InlineData("mqtt://10.0.0.1/t", "10.0.0.1 is a private address, which the setting Outbound:Allow does not name")]
    [InlineData("mqtts://user:password@127.2/t", "127.2 is a loopback address, which the setting Outbound:Allow does not name")]
    public async Task An_endpoint_at_a_forbidden_address_is_refused(string uri, string reason)
    {
        await using var hub = await Hub.StartAsync(gate: new Names().Gate(Settings));
        var json = $$"""{"type":"Subscription","watchedAttributes":["a"],"notification":{"endpoint":{"uri":"{{uri}}"} } }""";

        var error = (await hub.Subscriptions.CreateAsync(Hub.Call, Encoding.UTF8.GetBytes(json), default)).Error!;

        Assert.Equal((NgsiLdErrorKind.BadRequestData, $"notification.endpoint.uri: {reason}"), (error.Kind, error.Detail));
    }

    [Fact]
    public async Task An_update_to_a_forbidden_address_is_refused()
    {
        await using var hub = await Hub.StartAsync(gate: new Names().Gate(Settings));
        var id = await hub.SubscribeAsync("http://127.0.0.1:1/", "\"watchedAttributes\":[\"speed\"]");

        var error = (await hub.Subscriptions.UpdateAsync(
            Hub.Call, id, """{"notification":{"endpoint":{"uri":"http://127.0.0.2/"}}}"""u8.ToArray(), default)).Error!;

        Assert.StartsWith("notification.endpoint.uri: 127.0.0.2 is a loopback address", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_leads_to_a_forbidden_address_fails_at_delivery()
    {
        await using var forbidden = RawServer.Answering(RawServer.Ok(""), "127.0.0.2");
        var told = new List<string>();
        var names = new Names().Add("intranet.example", "127.0.0.2");
        await using var hub = await Hub.StartAsync(
            settings: new() { FirstRest = TimeSpan.FromMilliseconds(1) }, gate: names.Gate(Settings with { Denied = told.Add }));
        var id = await hub.SubscribeAsync($"http://intranet.example:{forbidden.Port}/", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var state = await hub.StateAsync(id, s => s.TimesSent == 1);

        Assert.Equal((1, 1), (state.TimesSent, state.TimesFailed));
        Assert.NotNull(state.LastFailure);
        Assert.Equal(["intranet.example leads to a loopback address, which the setting Outbound:Allow does not name"], told);
        Assert.Equal(0, forbidden.Connections);
    }

    [Fact]
    public async Task A_redirect_is_a_failure_and_goes_nowhere()
    {
        await using var elsewhere = RawServer.Answering(RawServer.Ok(""));
        await using var server = RawServer.Answering(RawServer.Redirect(elsewhere.Address.ToString()));
        await using var hub = await Hub.StartAsync(gate: new Names().Gate(Settings));
        var id = await hub.SubscribeAsync(server.Address.ToString(), "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var state = await hub.StateAsync(id, s => s.TimesSent == 1);

        Assert.Equal((1, 0), (state.TimesFailed, elsewhere.Connections));
    }

    [Fact]
    public async Task An_MQTT_broker_is_connected_to_at_the_address_that_was_looked_at()
    {
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var mosquitto = await MosquittoServer.StartAsync();
        // Nobody but these names knows the host.
        var names = new Names().Add("mqtt.example", "10.0.0.1", "127.0.0.1");
        await using var hub = await Hub.StartAsync(gate: names.Gate(Settings));
        var id = await hub.SubscribeAsync($"mqtt://mqtt.example:{mosquitto.Port}/t", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var state = await hub.StateAsync(id, s => s.TimesSent == 1);

        Assert.Equal((1, 0, 1), (state.TimesSent, state.TimesFailed, names.Asked("mqtt.example")));
    }

    [Theory]
    [InlineData("mqtt")]
    [InlineData("mqtts")]
    public async Task An_MQTT_broker_at_a_forbidden_address_is_not_connected_to(string scheme)
    {
        if (!File.Exists(MosquittoServer.Program)) return;
        await using var forbidden = RawServer.Answering("", "127.0.0.2");
        var names = new Names().Add("mqtt.example", "127.0.0.2");
        await using var hub = await Hub.StartAsync(settings: new() { FirstRest = TimeSpan.FromMilliseconds(1) }, gate: names.Gate(Settings));
        var id = await hub.SubscribeAsync($"{scheme}://mqtt.example:{forbidden.Port}/t", "\"watchedAttributes\":[\"speed\"]");
        await hub.CreateAsync("urn:x:1", ("speed", "1"));

        var state = await hub.StateAsync(id, s => s.TimesSent == 1);

        Assert.Equal((1, 0), (state.TimesFailed, forbidden.Connections));
    }
}
