using System.Collections.Immutable;
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
    /// What a context source filter sees (ETSI GS CIM 009 4.9): the registration as an Entity, whose Attributes are the members that are a text,
    /// texts or a place, by their core names, and the further Properties and Relationships of the source.
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
        yield return Text("endpoint", registration.Endpoint);
        yield return Text("mode", RegistrationWriter.NameOf(registration.Mode));
        if (registration.Name is { } name) yield return Text("registrationName", name);
        if (registration.Description is { } description) yield return Text("description", description);
        if (registration.ContextSourceAlias is { } alias) yield return Text("contextSourceAlias", alias);
        if (registration.Tenant is { Length: > 0 } tenant) yield return Text("tenant", tenant);
        if (registration.RefreshRate is { } rate) yield return Text("refreshRate", rate);
        if (!registration.OperationNames.IsEmpty) yield return Texts("operations", registration.OperationNames);
        if (!registration.DatasetIds.IsEmpty) yield return Texts("datasetId", registration.DatasetIds);
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

    private static Property Text(string name, string text) => new() { Name = Core(name), Value = new(Quoted(text)) };

    private static Property Texts(string name, ImmutableArray<string> texts) =>
        new() { Name = Core(name), Value = new(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(texts.AsEnumerable())) };

    private static byte[] Quoted(string text) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(text);

    private static string Core(string name) => Context.Core.Expand(name);
}
