using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCity.Adapters.Delivery;
using SmartCity.Adapters.Mapping;
using SmartCity.Adapters.Tests.Peers;

namespace SmartCity.Adapters.Tests.Delivery;

public sealed class BrokerClientTests : IDisposable
{
    private readonly TemporaryCity _city = new();
    private readonly Counters _counters = new();
    private readonly HttpClient _http = new();

    [Fact]
    public async Task Entities_travel_in_batches_of_the_size_with_tenant_and_link()
    {
        await using var stub = await StubBroker.StartAsync();
        var settings = new BrokerSettings(stub.Url, "mesto", new ContextChoice("https://example.org/c.jsonld", null));

        var results = await SendAsync(settings, new BatchSettings { Size = 100, Wait = TimeSpan.FromMilliseconds(100) }, Entities(1050));

        Assert.All(results, r => Assert.Equal(DeliveryState.Delivered, r.State));
        Assert.Equal(11, stub.Requests.Count);
        Assert.All(stub.Requests, r =>
        {
            Assert.Equal("/ngsi-ld/v1/entityOperations/upsert?options=update", r.Url);
            Assert.Equal("application/json", r.Headers["Content-Type"]);
            Assert.Equal("mesto", r.Headers["NGSILD-Tenant"]);
            Assert.Equal(
                "<https://example.org/c.jsonld>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"",
                r.Headers["Link"]);
        });
        Assert.Equal(Enumerable.Range(0, 1050).Select(i => $"urn:e:{i}"), stub.Accepted.Select(e => e["id"]!.ToString()));
    }

    [Fact]
    public async Task A_context_of_the_city_goes_into_each_entity()
    {
        await using var stub = await StubBroker.StartAsync();
        var settings = new BrokerSettings(stub.Url, null, new ContextChoice(null, """{"a":"https://example.org/a"}"""u8.ToArray()));

        await SendAsync(settings, new BatchSettings(), Entities(2));

        var request = Assert.Single(stub.Requests);
        Assert.Equal("application/ld+json", request.Headers["Content-Type"]);
        Assert.False(request.Headers.ContainsKey("Link"));
        Assert.All(request.Entities, e => Assert.Equal("""{"a":"https://example.org/a"}""", e["@context"]!.ToJsonString()));
    }

    [Fact]
    public async Task An_outage_is_waited_for_and_nothing_is_lost_or_reordered()
    {
        await using var stub = await StubBroker.StartAsync();
        var calls = 0;
        int[] statuses = [503, 500, 429, 502];
        stub.Answer = _ => Task.FromResult(new StubAnswer(calls < statuses.Length ? statuses[calls++] : 204));

        var results = await SendAsync(
            Plain(stub), new BatchSettings { Size = 10 }, [.. Enumerable.Range(0, 30).Select(i => Entity("urn:e:same", i))]);

        Assert.All(results, r => Assert.Equal(DeliveryState.Delivered, r.State));
        Assert.Equal(Enumerable.Range(0, 30), stub.Accepted.Select(e => e["v"]!["value"]!.GetValue<int>()));
        Assert.Equal(4, _counters.Read().Retries);
    }

    [Fact]
    public async Task A_broker_that_starts_later_is_waited_for()
    {
        var port = FreePort.Next();
        var sending = SendAsync(
            new BrokerSettings(new Uri($"http://127.0.0.1:{port}"), null, ContextChoice.Core), new BatchSettings(), Entities(3));
        await Task.Delay(300);
        Assert.False(sending.IsCompleted);

        await using var stub = await StubBroker.StartAsync(port);
        await sending.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(3, stub.Accepted.Count);
        Assert.False(File.Exists(DeadLetterFile));
    }

    [Fact]
    public async Task The_good_ones_of_a_mixed_answer_are_done_and_the_bad_ones_are_dead_letters()
    {
        await using var stub = await StubBroker.StartAsync();
        stub.Answer = request => Task.FromResult(request.Ids.Contains("urn:e:1")
            ? new StubAnswer(207, Mixed(request, "urn:e:1", 400, "the value is bad"))
            : new StubAnswer(204));

        var results = await SendAsync(Plain(stub), new BatchSettings(), Entities(3));

        Assert.Equal(
            [DeliveryState.Delivered, DeliveryState.Rejected, DeliveryState.Delivered], results.Select(r => r.State));
        Assert.Single(stub.Requests);
        var letter = JsonNode.Parse(Assert.Single(await File.ReadAllLinesAsync(DeadLetterFile)))!;
        Assert.Equal("400 Bad: the value is bad", letter["reason"]!.ToString());
        Assert.Equal("urn:e:1", letter["entity"]!["id"]!.ToString());
        Assert.Equal((2, 1), (_counters.Read().Delivered, _counters.Read().DeadLettered));
    }

    [Fact]
    public async Task What_fails_inside_a_mixed_answer_for_now_is_sent_again_alone()
    {
        await using var stub = await StubBroker.StartAsync();
        stub.Answer = request => Task.FromResult(request.Ids.Count > 1
            ? new StubAnswer(207, Mixed(request, "urn:e:1", 503, "busy"))
            : new StubAnswer(204));

        var results = await SendAsync(Plain(stub), new BatchSettings(), Entities(3));

        Assert.All(results, r => Assert.Equal(DeliveryState.Delivered, r.State));
        Assert.Equal(["urn:e:1"], stub.Requests.Last().Ids);
    }

    [Fact]
    public async Task An_id_that_occurs_twice_is_asked_one_by_one_in_order()
    {
        await using var stub = await StubBroker.StartAsync();
        stub.Answer = request => Task.FromResult(
            request.Ids.Count > 1 ? new StubAnswer(207, Mixed(request, "urn:e:a", 400, "bad"))
            : request.Entities[0]["v"]!["value"]!.GetValue<int>() == 2 ? new StubAnswer(400, Problem("bad"))
            : new StubAnswer(204));

        var results = await SendAsync(
            Plain(stub), new BatchSettings(), [Entity("urn:e:a", 1), Entity("urn:e:b", 1), Entity("urn:e:a", 2), Entity("urn:e:a", 3)]);

        Assert.Equal(
            [DeliveryState.Delivered, DeliveryState.Delivered, DeliveryState.Rejected, DeliveryState.Delivered],
            results.Select(r => r.State));
        Assert.Equal([1, 3], stub.Accepted.Select(e => e["v"]!["value"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    public async Task One_entity_that_spoils_a_batch_is_found_and_the_others_get_in_in_order(int status)
    {
        await using var stub = await StubBroker.StartAsync();
        stub.Answer = request => Task.FromResult(
            request.Ids.Contains("urn:e:5") ? new StubAnswer(status, Problem("spoilt")) : new StubAnswer(201));

        var results = await SendAsync(Plain(stub), new BatchSettings(), Entities(16));

        Assert.Equal(DeliveryState.Rejected, results[5].State);
        Assert.Equal(Enumerable.Range(0, 16).Except([5]).Select(i => $"urn:e:{i}"), stub.Accepted.Select(e => e["id"]!.ToString()));
        Assert.Single(await File.ReadAllLinesAsync(DeadLetterFile));
    }

    [Fact]
    public async Task A_refused_tenant_is_never_tried_again()
    {
        await using var stub = await StubBroker.StartAsync();
        stub.Answer = _ => Task.FromResult(new StubAnswer(404, Problem("no such tenant")));

        var results = await SendAsync(Plain(stub), new BatchSettings(), Entities(5));

        Assert.All(results, r => Assert.Equal("404 Bad: no such tenant", r.Reason));
        Assert.Single(stub.Requests);
        Assert.Equal(5, (await File.ReadAllLinesAsync(DeadLetterFile)).Length);
    }

    [Fact]
    public async Task A_full_queue_makes_the_source_wait_and_a_stop_abandons_what_is_left()
    {
        await using var stub = await StubBroker.StartAsync();
        var gate = new TaskCompletionSource<StubAnswer>();
        stub.Answer = _ => gate.Task;
        using var letters = new DeadLetters(DeadLetterFile, TimeProvider.System);
        var client = new BrokerClient(
            Plain(stub), new BatchSettings { Size = 1, Queue = 5 }, _http, letters, _counters, NullLogger.Instance, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var running = client.RunAsync(stop.Token);

        var results = new List<Task<DeliveryResult>>();
        for (var i = 0; i < 6; i++)
        {
            results.Add(await client.EnqueueAsync(Entity($"urn:e:{i}", i), CancellationToken.None));
            if (i == 0) await stub.WaitForAsync(s => s.Requests.Count == 1, "the first request");
        }

        var waiting = client.EnqueueAsync(Entity("urn:e:6", 6), CancellationToken.None).AsTask();
        await Task.Delay(50);
        Assert.False(waiting.IsCompleted);

        await stop.CancelAsync();
        await running;
        gate.SetResult(new StubAnswer(204));
        results.Add(await waiting);
        Assert.All(await Task.WhenAll(results), r => Assert.Equal(DeliveryState.Abandoned, r.State));
    }

    [Theory]
    [InlineData(207, "not json", 0)]
    [InlineData(207, """{"success": ["urn:e:0"]}""", 1)]
    [InlineData(207, """{"success": [1], "errors": [{"entityId": 5}, "x", {"entityId": "urn:e:0", "error": "text"}]}""", 0)]
    public async Task An_answer_that_makes_no_sense_settles_every_entity(int status, string body, int delivered)
    {
        Assert.Equal(status, BatchAnswer.Read(status, System.Text.Encoding.UTF8.GetBytes(body)).Status);
        await using var stub = await StubBroker.StartAsync();
        JsonNode node;
        try
        {
            node = JsonNode.Parse(body)!;
        }
        catch (System.Text.Json.JsonException)
        {
            node = body;
        }

        stub.Answer = _ => Task.FromResult(new StubAnswer(status, node.DeepClone()));

        var results = await SendAsync(Plain(stub), new BatchSettings(), Entities(1));

        Assert.Equal(delivered, results.Count(r => r.State == DeliveryState.Delivered));
    }

    public void Dispose()
    {
        _http.Dispose();
        _city.Dispose();
    }

    private string DeadLetterFile => Path.Combine(_city.State, "dead.jsonl");

    private static BrokerSettings Plain(StubBroker stub) => new(stub.Url, null, ContextChoice.Core);

    private static MappedEntity Entity(string id, int value) => new(id, System.Text.Encoding.UTF8.GetBytes(
        $$$"""{"id":"{{{id}}}","type":"T","v":{"type":"Property","value":{{{value}}}}}"""));

    private static MappedEntity[] Entities(int count) => [.. Enumerable.Range(0, count).Select(i => Entity($"urn:e:{i}", i))];

    private static JsonObject Problem(string detail) => new() { ["title"] = "Bad", ["detail"] = detail };

    private static JsonObject Mixed(StubRequest request, string bad, int status, string detail)
    {
        var error = Problem(detail);
        error["status"] = status;
        return new JsonObject
        {
            ["success"] = new JsonArray([.. request.Ids.Where(i => i != bad).Select(i => (JsonNode)i)]),
            ["errors"] = new JsonArray(new JsonObject { ["entityId"] = bad, ["error"] = error }),
        };
    }

    private async Task<DeliveryResult[]> SendAsync(BrokerSettings settings, BatchSettings batch, IReadOnlyList<MappedEntity> entities)
    {
        using var letters = new DeadLetters(DeadLetterFile, TimeProvider.System);
        var client = new BrokerClient(settings, batch, _http, letters, _counters, NullLogger.Instance, TimeProvider.System);
        var results = new List<Task<DeliveryResult>>();
        foreach (var entity in entities) results.Add(await client.EnqueueAsync(entity, CancellationToken.None));
        client.Complete();
        await client.RunAsync(CancellationToken.None);
        return await Task.WhenAll(results);
    }
}
