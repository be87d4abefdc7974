using System.Text;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Federation.Subscriptions;
using SmartCity.Broker.Registrations;
using SmartCity.Broker.Tests.Notifications;
using SmartCity.Broker.Tests.Outbound;
using SmartCity.Broker.Tests.Registrations;
using Xunit;

namespace SmartCity.Broker.Tests.Federation.Subscriptions;

/// <summary>Sources are kept in step over failures and restarts, with a server on loopback as the source.</summary>
public sealed class SubscriptionForwardingTests
{
    private static readonly FederationSettings Quick = FederationSettings.Default with
    {
        SubscriptionPause = TimeSpan.FromMilliseconds(20),
        SubscriptionLongestPause = TimeSpan.FromMilliseconds(50),
        SubscriptionAttempts = 3,
    };

    [Fact]
    public async Task A_restart_goes_on_in_step()
    {
        await using var source = Answering(_ => 201);
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.RegisterAsync(source.Root);
        var id = await rig.SubscribeAsync();
        // What has been sent and not answered is sent again.
        await MadeAsync(rig, 1);
        await rig.RestartAsync();
        await Task.Delay(200);
        Assert.Single(source.Requests);
        Assert.Equal(1, rig.Kept.Count);
        await rig.DeleteAsync(id);
        await AskedAsync(source, 2);
        Assert.StartsWith("DELETE /ngsi-ld/v1/subscriptions/urn:ngsi-ld:Subscription:", source.Requests.Last().Line, StringComparison.Ordinal);
        await NothingKeptAsync(rig);
    }

    [Fact]
    public async Task What_was_deleted_while_nobody_could_say_so_is_deleted_after_a_restart()
    {
        var isDown = false;
        await using var source = Answering(_ => Volatile.Read(ref isDown) ? 503 : 201);
        await using var rig = new Rig();
        await rig.StartAsync();
        var registration = await rig.RegisterAsync(source.Root);
        var id = await rig.SubscribeAsync();
        await AskedAsync(source, 1);
        Volatile.Write(ref isDown, true);
        await rig.UnregisterAsync(registration);
        await rig.DeleteAsync(id);
        await AskedAsync(source, 2);
        await rig.StopAsync();
        Volatile.Write(ref isDown, false);
        var before = source.Requests.Count;
        await rig.StartAsync();
        await AskedAsync(source, before + 1);
        Assert.StartsWith("DELETE", source.Requests.Last().Line, StringComparison.Ordinal);
        await NothingKeptAsync(rig);
    }

    [Fact]
    public async Task A_copy_that_was_made_just_before_a_crash_is_found_again()
    {
        // The source has made it, and the broker has not heard.
        var isFirst = true;
        await using var source = Answering(request =>
        {
            if (!request.Line.StartsWith("POST", StringComparison.Ordinal)) return 204;
            var status = isFirst ? 500 : 409;
            isFirst = false;
            return status;
        });
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.RegisterAsync(source.Root);
        await rig.SubscribeAsync();
        await AskedAsync(source, 2);
        await Task.Delay(200);
        var requests = source.Requests.ToArray();
        Assert.Equal(2, requests.Length);
        Assert.Equal(requests[0].Body, requests[1].Body);
    }

    [Fact]
    public async Task A_source_that_refuses_is_not_asked_for_ever()
    {
        await using var source = Answering(_ => 400);
        await using var rig = new Rig();
        await rig.StartAsync();
        await rig.RegisterAsync(source.Root);
        var id = await rig.SubscribeAsync();
        await AskedAsync(source, 3);
        await Task.Delay(300);
        Assert.Equal(3, source.Requests.Count);
        await rig.DeleteAsync(id);
        await AskedAsync(source, 6);
        await NothingKeptAsync(rig);
    }

    [Fact]
    public async Task Another_endpoint_is_another_source()
    {
        await using var first = Answering(_ => 201);
        await using var second = Answering(_ => 201);
        await using var rig = new Rig();
        await rig.StartAsync();
        var registration = await rig.RegisterAsync(first.Root);
        await rig.SubscribeAsync();
        await AskedAsync(first, 1);
        await rig.MoveAsync(registration, second.Root);
        await AskedAsync(second, 1);
        await AskedAsync(first, 2);
        Assert.StartsWith("DELETE", first.Requests.Last().Line, StringComparison.Ordinal);
    }

    private static RawSource Answering(Func<SentRequest, int> status) => new(async (request, stream, stop) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(RawSource.NoBody(status(request))), stop));

    private static async Task AskedAsync(RawSource source, int count)
    {
        for (var tries = 0; source.Requests.Count < count && tries < 1500; tries++) await Task.Delay(20);
        Assert.True(source.Requests.Count >= count, string.Join('\n', source.Requests.Select(request => request.Line)));
    }

    private static async Task MadeAsync(Rig rig, int count)
    {
        for (var tries = 0; rig.Kept.Made < count && tries < 1500; tries++) await Task.Delay(20);
        Assert.Equal(count, rig.Kept.Made);
    }

    private static async Task NothingKeptAsync(Rig rig)
    {
        for (var tries = 0; rig.Kept.Count > 0 && tries < 3000; tries++) await Task.Delay(10);
        Assert.Equal(0, rig.Kept.Count);
    }

    /// <summary>Subscriptions, registrations and their forwarding over stores that outlive them.</summary>
    private sealed class Rig : IAsyncDisposable
    {
        private readonly MemoryStore _store = new(TimeProvider.System);
        private readonly MemoryRegistrations _registrationStore = new();
        private Hub _hub = null!;
        private LocalRegistrations _registrations = null!;
        private ContextSourceClient _client = null!;
        private SubscriptionForwarding _forwarding = null!;

        public MemoryForwardings Kept { get; } = new();

        public async Task StartAsync()
        {
            _hub = await Hub.StartAsync(_store);
            var registry = new ContextRegistry(new("hub", default), TimeProvider.System);
            _registrations = new(_registrationStore, _store, registry, Gates.ToLoopback().Policy, Limits.Default, TimeProvider.System, static _ => { });
            await _registrations.LoadAsync(default);
            _client = Asking.Client(Quick);
            _forwarding = new(
                Kept, _registrations, registry, _hub.Subscriptions, _hub.Dispatcher, _client, Quick, "http://hub.example", TimeProvider.System,
                fault => Assert.Fail(fault.ToString()));
            await _forwarding.StartAsync(default);
        }

        public async Task StopAsync()
        {
            await _forwarding.DisposeAsync();
            _client.Dispose();
            await _registrations.DisposeAsync();
            await _hub.DisposeAsync();
        }

        public async Task RestartAsync()
        {
            await StopAsync();
            await StartAsync();
        }

        public Task<string> SubscribeAsync() => _hub.SubscribeAsync("http://127.0.0.1:9", "\"watchedAttributes\":[\"speed\"]");

        public async Task DeleteAsync(string id) => Assert.Null((await _hub.Subscriptions.DeleteAsync(Hub.Call, id, default)).Error);

        public async Task<string> RegisterAsync(string endpoint)
        {
            var body = $$"""{"type":"ContextSourceRegistration","endpoint":"{{endpoint}}","information":[{"entities":[{"type":"Vehicle"}]}]}""";
            var created = await _registrations.CreateAsync(Hub.Call, Encoding.UTF8.GetBytes(body), default);
            Assert.Null(created.Error);
            return created.Value.Id;
        }

        public async Task MoveAsync(string id, string endpoint) => Assert.Null(
            (await _registrations.UpdateAsync(Hub.Call, id, Encoding.UTF8.GetBytes($$"""{"endpoint":"{{endpoint}}"}"""), default)).Error);

        public async Task UnregisterAsync(string id) => Assert.Null((await _registrations.DeleteAsync(Hub.Call, id, default)).Error);

        public async ValueTask DisposeAsync() => await StopAsync();
    }
}
