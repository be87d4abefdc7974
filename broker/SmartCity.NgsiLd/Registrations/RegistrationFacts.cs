using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using NetTopologySuite.Geometries;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Geometries;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>A registration in the form in which filters ask it: made once, and only what is asked for.</summary>
public sealed class RegistrationFacts
{
    private static readonly string SourceType = Core(RegistrationMembers.Type);

    // Not what may be secret, and not what is matched by rules of its own.
    private static readonly ImmutableArray<string> Filtered =
    [
        "endpoint", "mode", "registrationName", "description", "contextSourceAlias", "tenant", "refreshRate", "operations", "datasetId",
        "management", "observationInterval", "managementInterval",
    ];

    private readonly Lazy<PackedEntity> _entity;
    private readonly Lazy<ImmutableArray<(string Name, Geometry Geometry)>> _geometries;

    public RegistrationFacts(ContextSourceRegistration registration)
    {
        Registration = registration;
        _entity = new(() => PackedEntity.Pack(Describe(registration)));
        _geometries = new(() => [.. Geometries(registration)]);
    }

    public ContextSourceRegistration Registration { get; }

    /// <summary>
    /// What a context source filter sees (ETSI GS CIM 009 4.9): the registration as an Entity, whose Attributes are members of the registration, by
    /// their core names, and the further Properties and Relationships of the source.
    /// </summary>
    internal PackedEntity AsEntity => _entity.Value;

    /// <summary>The geometries that the registration has under a name; empty where it does not say.</summary>
    internal IEnumerable<Geometry> At(string name) => _geometries.Value.Where(one => one.Name == name).Select(one => one.Geometry);

    private static Entity Describe(ContextSourceRegistration registration) => new()
    {
        Id = registration.Id,
        Types = [SourceType],
        Scopes = registration.Scopes,
        ScopeIsArray = registration.ScopeIsArray,
        CreatedAt = registration.CreatedAt,
        ModifiedAt = registration.ModifiedAt,
        ExpiresAt = registration.ExpiresAt,
        Attributes = [.. Members(registration), .. registration.Properties],
    };

    private static IEnumerable<Attribute> Members(ContextSourceRegistration registration)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output)) RegistrationWriter.Write(json, registration, Context.Core);
        using var written = JsonDocument.Parse(output.WrittenMemory, new() { MaxDepth = 1000 });
        foreach (var name in Filtered)
        {
            if (written.RootElement.TryGetProperty(name, out var value)) yield return Member(name, JsonSerializer.SerializeToUtf8Bytes(value));
        }

        // What a registration need not say is meant nevertheless.
        if (!written.RootElement.TryGetProperty("mode", out _)) yield return Member("mode", "\"inclusive\""u8.ToArray());
        if (registration.OperationNames.IsEmpty) yield return Member("operations", "[\"federationOps\"]"u8.ToArray());
        foreach (var (place, geometry) in Places(registration)) yield return new GeoProperty { Name = place, Value = geometry };
    }

    private static IEnumerable<(string Name, JsonValue Geometry)> Places(ContextSourceRegistration registration)
    {
        if (registration.Location is { } location) yield return (Core("location"), location);
        if (registration.ObservationSpace is { } observed) yield return (Core("observationSpace"), observed);
        if (registration.OperationSpace is { } operated) yield return (Core("operationSpace"), operated);
    }

    private static IEnumerable<(string Name, Geometry Geometry)> Geometries(ContextSourceRegistration registration)
    {
        var further = registration.Properties.OfType<GeoProperty>().Select(property => (property.Name, property.Value));
        foreach (var (name, json) in Places(registration).Concat(further))
        {
            if (GeoJson.Read(json.Span) is { } geometry) yield return (name, geometry);
        }
    }

    private static Property Member(string name, byte[] json) => new() { Name = Core(name), Value = new(json) };

    private static string Core(string name) => Context.Core.Expand(name);
}
