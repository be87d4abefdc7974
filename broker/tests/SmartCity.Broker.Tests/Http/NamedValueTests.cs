using Xunit;

namespace SmartCity.Broker.Tests.Http;

/// <summary>A Device whose measurement is an Attribute named "value", as the Smart Data Models have it, on its whole way.</summary>
public sealed class NamedValueTests
{
    private const string Device = "/ngsi-ld/v1/entities/urn:ngsi-ld:Device:9845A";

    [Fact]
    public async Task A_device_with_an_Attribute_named_value_is_kept_found_and_changed()
    {
        await using var host = await HttpHost.StartAsync();
        foreach (var ask in Asks()) await ask.CheckAsync(host);
    }

    private static Ask[] Asks() =>
    [
        new("POST /ngsi-ld/v1/entities", 201) { Body = Normalized("l=0.22;t=21.2") },
        new($"GET {Device}", 200) { Answer = Normalized("l=0.22;t=21.2") },
        new($"GET {Device}?format=concise", 200) { Answer = """{"id":"urn:ngsi-ld:Device:9845A","type":"Device","value":"l=0.22;t=21.2"}""" },
        new($"GET {Device}?format=simplified", 200) { Answer = """{"id":"urn:ngsi-ld:Device:9845A","type":"Device","value":"l=0.22;t=21.2"}""" },
        new($"GET {Device}?pick=value", 200) { Answer = """{"value":{"type":"Property","value":"l=0.22;t=21.2"}}""" },
        new("""GET /ngsi-ld/v1/entities?q=value==%22l=0.22;t=21.2%22""", 200) { Answer = $"[{Normalized("l=0.22;t=21.2")}]" },
        new("GET /ngsi-ld/v1/entities?type=Device&attrs=value&q=value!=%22other%22", 200) { Answer = $"[{Normalized("l=0.22;t=21.2")}]" },
        new("GET /ngsi-ld/v1/entities?type=Device&q=value==%22other%22", 200) { Answer = "[]" },
        new($"PATCH {Device}/attrs/value", 204) { Body = """{"value":"a"}""" },
        new($"GET {Device}", 200) { Answer = Normalized("a") },
        new($"PATCH {Device}", 204) { Body = """{"value":{"type":"Property","value":"b"}}""" },
        new($"PATCH {Device}", 400) { Body = """{"type":"Property","value":"c"}""", Error = "BadRequestData" },
        new($"GET {Device}", 200) { Answer = Normalized("b") },
        new($"PUT {Device}?format=simplified", 204) { Body = """{"id":"urn:ngsi-ld:Device:9845A","type":"Device","value":"d"}""" },
        new($"GET {Device}", 200) { Answer = Normalized("d") },
        new($"DELETE {Device}/attrs/value", 204),
        new($"GET {Device}", 200) { Answer = """{"id":"urn:ngsi-ld:Device:9845A","type":"Device"}""" },
    ];

    private static string Normalized(string value) =>
        $$"""{"id":"urn:ngsi-ld:Device:9845A","type":"Device","value":{"type":"Property","value":"{{value}}"} }""";
}
