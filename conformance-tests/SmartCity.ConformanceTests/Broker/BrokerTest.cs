using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>
/// A test's own corner of the broker: ids and types that nobody else uses, and everything that was created is deleted afterwards,
/// so that tests run side by side and again on the same store.
/// </summary>
public abstract class BrokerTest : IAsyncLifetime
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        // Ids are IRIs.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    })
    { Timeout = TimeSpan.FromMinutes(2.5) };

    private readonly List<(string Path, string? Tenant)> _created = [];

    // What is deleted afterwards shows nothing.
    private bool _isOver;

    protected BrokerTest()
    {
        Type = Run.NewType();
        Id = NewId();
        Run.Started(this, Type);
    }

    /// <summary>A type of this test alone, as a term of the default vocabulary.</summary>
    protected string Type { get; }

    /// <summary>An id of this test alone.</summary>
    protected string Id { get; }

    /// <summary>A tenant of this test alone, for what would meet others in the tenant of all.</summary>
    protected string Tenant => "t" + Type.ToLowerInvariant();

    protected const string LdJson = "application/ld+json";

    protected const string GeoJson = "application/geo+json";

    protected const string CoreContext = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld";

    protected string NewId(string name = "") => $"urn:ngsi-ld:{Type}:{Guid.NewGuid():N}{name}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _isOver = true;
        // What sends requests elsewhere goes first.
        foreach (var (path, tenant) in Enumerable.Reverse(_created).OrderBy(made => !made.Path.Contains("/csourceRegistrations/", StringComparison.Ordinal)))
        {
            await SendAsync(HttpMethod.Delete, path, headers: TenantHeader(tenant));
        }
    }

    protected Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, headers: headers);

    protected Task<Answer> PostAsync(string path, string body, string type = "application/json", params (string, string)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, type, headers);

    protected Task<Answer> PatchAsync(string path, string body, string type = "application/json", params (string, string)[] headers) =>
        SendAsync(HttpMethod.Patch, path, body, type, headers);

    protected Task<Answer> PutAsync(string path, string body, string type = "application/json", params (string, string)[] headers) =>
        SendAsync(HttpMethod.Put, path, body, type, headers);

    protected Task<Answer> DeleteAsync(string path, params (string, string)[] headers) =>
        SendAsync(HttpMethod.Delete, path, headers: headers);

    /// <summary>A request below /ngsi-ld/v1; what it creates is remembered.</summary>
    protected async Task<Answer> SendAsync(
        HttpMethod method, string path, string? body = null, string? type = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Address(path));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await SendAsync(request);
    }

    protected async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        var answer = new Answer(response.StatusCode, headers, await response.Content.ReadAsStringAsync());
        var tenant = request.Headers.TryGetValues("NGSILD-Tenant", out var tenants) ? tenants.First() : null;
        if (tenant is not null) Run.Uses(tenant);
        var uri = request.RequestUri!;
        if (answer.Status == HttpStatusCode.Created && answer.Location is { } location)
        {
            // At the broker that made it, which may be a peer.
            var made = new Uri(uri, location).ToString();
            Remember(made, tenant);
            if (uri.AbsolutePath.EndsWith("/csourceRegistrations", StringComparison.Ordinal)) Run.Registered(made, tenant);
        }

        if (tenant is null && (int)answer.Status < 300 && request.Content is { } content) Neighbours.Spare(uri, await content.ReadAsStringAsync(), Type);
        if (!_isOver && IsTarget(uri)) Run.Saw(this, request.Method, uri, answer.Status);
        return answer;
    }

    /// <summary>A request written by hand, for what no HTTP client would send: gives the status line.</summary>
    protected async Task<string> SendRawAsync(HttpMethod method, string path, params string[] headers)
    {
        var url = new Uri(Address(path));
        using var client = new TcpClient();
        using var end = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await client.ConnectAsync(url.Host, url.Port, end.Token);
        var stream = client.GetStream();
        string[] lines = [$"{method} {url.PathAndQuery} HTTP/1.1", "Host: " + url.Authority, .. headers, "", ""];
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var status = await reader.ReadLineAsync(end.Token) ?? "";
        if (status.Split(' ') is [_, var code, ..] && int.TryParse(code, out var number)) Run.Saw(this, method, url, (HttpStatusCode)number);
        return status;
    }

    private static bool IsTarget(Uri uri) => uri.AbsoluteUri.StartsWith(Target.Url!, StringComparison.OrdinalIgnoreCase);

    /// <summary>Has something deleted after the test.</summary>
    protected void Remember(string path, string? tenant = null) => _created.Add((path, tenant));

    /// <summary>Creates the Entity <see cref="Id"/> from its other members.</summary>
    protected Task<Answer> CreateAsync(string members) => CreateAsync(Id, members);

    /// <summary>Creates an Entity of <see cref="Type"/>.</summary>
    protected async Task<Answer> CreateAsync(string id, string members, string? tenant = null)
    {
        var answer = await PostAsync("entities", Entity(id, members), "application/json", TenantHeader(tenant));
        return answer.Expect(HttpStatusCode.Created);
    }

    /// <summary>
    /// Creates several Entities of <see cref="Type"/> at once, from an object of members by the names that
    /// <see cref="FindAsync"/> gives them.
    /// </summary>
    protected async Task CreateAllAsync(string membersByName)
    {
        var entities = JsonNode.Parse(membersByName)!.AsObject()
            .Select(named => (Id: NewId(":" + named.Key), Members: named.Value!.ToJsonString())).ToList();
        foreach (var (id, _) in entities) Remember("entities/" + id);
        var body = $"[{string.Join(',', entities.Select(entity => Entity(entity.Id, entity.Members)))}]";
        (await PostAsync("entityOperations/create", body)).Expect(HttpStatusCode.Created);
    }

    /// <summary>The JSON of an Entity of <see cref="Type"/>.</summary>
    protected string Entity(string id, string members)
    {
        var entity = JsonNode.Parse(members)!.AsObject();
        entity.Insert(0, "id", id);
        if (!entity.ContainsKey("type")) entity.Insert(1, "type", Type);
        return entity.ToJsonString();
    }

    /// <summary>The members of the Entity but id and type, as clients read them.</summary>
    protected async Task<JsonObject> ReadAsync(string? id = null, string query = "")
    {
        var entity = (await GetAsync($"entities/{id ?? Id}{query}")).Expect(HttpStatusCode.OK).Json.AsObject();
        Assert.Equal(id ?? Id, (string?)entity["id"]);
        entity.Remove("id");
        entity.Remove("type");
        return entity;
    }

    /// <summary>Asserts what the members of the Entity but id and type are.</summary>
    protected async Task ReadsAsync(string expected, string? id = null, string query = "")
    {
        var members = await ReadAsync(id, query);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), members), $"expected {expected}\nread     {members.ToJsonString()}");
    }

    /// <summary>The ids that a query finds among the Entities of <see cref="Type"/>, in order of their ends after the last colon.</summary>
    protected async Task<string> FindAsync(string query, params (string, string)[] headers)
    {
        var answer = (await GetAsync($"entities?type={Type}&{query}", headers)).Expect(HttpStatusCode.OK);
        return string.Join(" ", answer.Json.AsArray().Select(entity => ((string)entity!["id"]!).Split(':')[^1]).Order(StringComparer.Ordinal));
    }

    protected static (string, string) Accept(string type) => ("Accept", type);

    protected static (string, string) Link(string uri) =>
        ("Link", $"<{uri}>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");

    protected static (string, string)[] TenantHeader(string? tenant) => tenant is null ? [] : [("NGSILD-Tenant", tenant)];

    /// <summary>
    /// Waits until something holds, and fails where it does not in half a minute: how long a broker takes says more of its machine than of
    /// the broker.
    /// </summary>
    protected static async Task EventuallyAsync(string what, Func<Task<bool>> holds)
    {
        var since = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(30), what);
            await Task.Delay(100);
        }
    }

    /// <summary>
    /// A time that is to come, for what ends by itself: late enough that a slow machine is done before with what comes first.
    /// </summary>
    protected static string In(double seconds = 8) =>
        DateTime.UtcNow.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A value of a query parameter, percent-encoded.</summary>
    protected static string Encode(string value) => Uri.EscapeDataString(value);

    private static string Address(string path) =>
        path.StartsWith("http", StringComparison.Ordinal) ? path
        : path.StartsWith('/') ? Target.Url + path
        : $"{Target.Url}/ngsi-ld/v1/{path}";
}
