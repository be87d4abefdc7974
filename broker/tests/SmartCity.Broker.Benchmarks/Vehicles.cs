using System.Text;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Benchmarks;

/// <summary>The five-attribute Vehicle of about 550 bytes that the load benchmarks use too.</summary>
internal static class Vehicles
{
    private const string Default = "https://uri.etsi.org/ngsi-ld/default-context/";

    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static byte[] Json(int i) => Encoding.UTF8.GetBytes(
        $$"""
        {"id": "urn:ngsi-ld:Vehicle:{{i}}", "type": "Vehicle",
         "brandName": {"type": "Property", "value": "Mercedes-{{i}}"},
         "speed": {"type": "Property", "value": {{i % 200}}},
         "colour": {"type": "Property", "value": "red"},
         "owner": {"type": "Relationship", "object": "urn:ngsi-ld:Person:{{i}}"},
         "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [{{i % 3600 / 10}}.5, {{i % 800 / 10}}.5]} } }
        """);

    public static PackedEntity Packed(int i) => PackedEntity.Pack(Entity(i));

    public static Entity Entity(int i) => new()
    {
        Id = $"urn:ngsi-ld:Vehicle:{i}",
        Types = [Default + "Vehicle"],
        CreatedAt = Now,
        ModifiedAt = Now,
        Attributes =
        [
            Property("brandName", $"\"Mercedes-{i}\""),
            Property("speed", $"{i % 200}"),
            Property("colour", "\"red\""),
            new Relationship
            {
                Name = Default + "owner",
                Objects = [$"urn:ngsi-ld:Person:{i}"],
                CreatedAt = Now,
                ModifiedAt = Now,
            },
            new GeoProperty
            {
                Name = "https://uri.etsi.org/ngsi-ld/location",
                Value = JsonValue.Of($$"""{"type":"Point","coordinates":[{{i % 3600 / 10}}.5,{{i % 800 / 10}}.5]}"""),
                CreatedAt = Now,
                ModifiedAt = Now,
            },
        ],
    };

    private static Property Property(string name, string json) =>
        new() { Name = Default + name, Value = JsonValue.Of(json), CreatedAt = Now, ModifiedAt = Now };
}
