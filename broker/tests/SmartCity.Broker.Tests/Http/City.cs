using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>A host with three vehicles and a shop, for tables of requests that do not spoil each other.</summary>
public sealed class City : IAsyncLifetime
{
    public const string Core = "<https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld>; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"";

    internal HttpHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Host = await HttpHost.StartAsync();
        for (var i = 1; i <= 3; i++) await PostAsync(Vehicle(i), 201);
        await PostAsync("""{"id":"http://example.org/shop/1","type":"Shop","name":{"type":"Property","value":"Corner"}}""", 201);
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    public static string Vehicle(int number) =>
        $$"""
        {"id":"urn:ngsi-ld:Vehicle:{{number}}","type":"Vehicle","speed":{"type":"Property","value":{{number * 10}} },
         "location":{"type":"GeoProperty","value":{"type":"Point","coordinates":[{{number}},2]} } }
        """;

    private Task PostAsync(string entity, int status) => new Ask("POST /ngsi-ld/v1/entities", status) { Body = entity }.CheckAsync(Host);
}
