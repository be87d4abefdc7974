using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using SmartCity.ConformanceTests.Broker;
using SmartCity.ConformanceTests.Clauses;

namespace SmartCity.ConformanceTests.Federation;

/// <summary>Sources that can do little: Query Entities by GET alone (ETSI GS CIM 009 4.20, retrieveOps), or one request a connection.</summary>
public class PlainSourceTests : FederationTest
{
    private const int Count = 300;

    private static int Number(string id) => int.Parse(id.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private string Thing(int n) => $"{Id}:a-long-name-of-a-thing:{n:d3}";

    private string Told(int n) => Entity(Thing(n), $$"""{"n":{"type":"Property","value":{{n}}} }""");

    [BrokerTheory, Clause("5.7.2"), Clause("6.23"), Clause("4.20"), InlineData(true), InlineData(false)]
    public async Task More_ids_than_a_URL_takes_are_asked_for_in_several(bool areRegistered)
    {
        var ids = Enumerable.Range(0, Count).Select(Thing).ToArray();
        await using var source = new ScriptedSource();
        source.Answer("GET", "entities", call => SourceReply.Json(
            $"[{string.Join(',', call.Parameter("id").Split(',').Skip(Offset(call)).Select(id => Told(Number(id))))}]"));
        var each = new JsonArray([.. ids.Select(id => new JsonObject { ["id"] = id, ["type"] = Type })]);
        await RegisterAsync(source.Url, entities: areRegistered ? each.ToJsonString() : null, operations: "retrieveOps");
        var selector = new JsonObject { ["type"] = Type };
        if (!areRegistered) selector["id"] = new JsonArray([.. ids]);
        var query = new JsonObject { ["type"] = "Query", ["entities"] = new JsonArray(selector) };
        var answer = (await PostAsync("entityOperations/query?limit=1000", query.ToJsonString())).Expect(HttpStatusCode.OK);
        Assert.Empty(answer.Header("NGSILD-Warning"));
        Assert.Equal(ids.Order(), answer.Json.AsArray().Select(entity => (string)entity!["id"]!).Order());
        Assert.All(source.Calls, call => Assert.InRange(call.Raw.Length, 1, 4096));
        Assert.InRange(source.Calls.Count, 2, Count / 4);
    }

    private static int Offset(SourceCall call) =>
        int.TryParse(call.Parameter("offset"), System.Globalization.CultureInfo.InvariantCulture, out var offset) ? offset : 0;

    [BrokerFact, Clause("5.7.1"), Clause("5.7.2"), Clause("6.3.17")]
    public async Task A_source_that_drops_connections_once_they_are_used_again_is_heard_each_time()
    {
        using var closing = new CancellationTokenSource();
        var (listener, port) = Listen();
        var serving = ServeAsync(listener, Entity(Id, """{"a":{"type":"Property","value":1} }"""), closing.Token);
        try
        {
            await RegisterAsync($"http://{Target.ReceiverHost}:{port}", "inclusive", One(Id), null, "retrieveOps");
            for (var n = 0; n < 5; n++)
            {
                var answer = await GetAsync($"entities/{Id}?format=keyValues");
                Assert.Equal("a=1", Values(answer.Expect(HttpStatusCode.OK).Json));
                Assert.Empty(answer.Header("NGSILD-Warning"));
                var found = (await GetAsync($"entities?type={Type}&format=keyValues")).Expect(HttpStatusCode.OK);
                Assert.Equal("a=1", Values(Assert.Single(found.Json.AsArray())!));
                Assert.Empty(found.Header("NGSILD-Warning"));
            }
        }
        finally
        {
            await closing.CancelAsync();
            listener.Stop();
            await serving;
        }
    }

    private static (TcpListener Listener, int Port) Listen()
    {
        var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return (listener, ((IPEndPoint)listener.LocalEndpoint).Port);
    }

    private static async Task ServeAsync(TcpListener listener, string entity, CancellationToken closing)
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(AnswerOnceAsync(await listener.AcceptTcpClientAsync(closing), entity, closing));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    /// <summary>Answers one request, says nothing of closing, and resets the connection when a second one comes.</summary>
    private static async Task AnswerOnceAsync(TcpClient client, string entity, CancellationToken closing)
    {
        using (client)
        {
            try
            {
                var buffer = new byte[8192];
                var request = "";
                var stream = client.GetStream();
                while (!request.Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer, closing);
                    if (read == 0) return;
                    request += Encoding.ASCII.GetString(buffer, 0, read);
                }

                var body = request.StartsWith("GET /ngsi-ld/v1/entities/", StringComparison.Ordinal) ? entity : $"[{entity}]";
                var answer = $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), closing);
                if (await stream.ReadAsync(buffer, closing) > 0) client.LingerState = new(true, 0);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // The test is over, or the broker has closed the connection.
            }
        }
    }
}
