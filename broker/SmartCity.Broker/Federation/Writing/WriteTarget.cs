using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Registrations;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>What is known of the Entity that a write is about, beside what it writes.</summary>
/// <param name="Id">Its id.</param>
internal sealed record WriteTarget(string Id)
{
    private static readonly string Location = Context.Core.Expand("location");

    /// <summary>Expanded; empty where nothing is known of them.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>What the client says of the types; null where it says nothing.</summary>
    public TypeSelection? Selection { get; init; }

    /// <summary>Default where nothing is known of them.</summary>
    public ImmutableArray<string> Scopes { get; init; }

    /// <summary>Matches registrations of where it is; null where nothing is known of that.</summary>
    public Lazy<RegistrationMatcher?>? Place { get; init; }

    /// <summary>Types of the Entity that is kept here; default where there is none.</summary>
    public ImmutableArray<string> OwnTypes { get; init; }

    /// <summary>What registrations that are about it have one of; null where nothing is known of the types.</summary>
    public TypeSelection? AnyOfTypes => Types.IsEmpty ? null : TypeSelection.AnyOf(Types);

    public bool IsHere => !OwnTypes.IsDefault;

    /// <param name="request">What is to be written.</param>
    /// <param name="here">The Entity of that id that is kept here, if it is the one that is meant.</param>
    public static WriteTarget Of(SourceWrite request, PackedEntity? here)
    {
        var given = request.Entity;
        var isWhole = request.Kind is SourceWriteKind.Create or SourceWriteKind.Replace;
        return new(request.EntityId)
        {
            Types = given is { Types.IsEmpty: false } ? given.Types : here is null ? [] : TypesOf(here),
            Selection = request.Guard.Type,
            Scopes = given is not null && (isWhole || !given.Scopes.IsEmpty) ? given.Scopes : here is null ? default : ScopesOf(here),
            Place = isWhole ? PlaceOf(given!.Attributes) : here is null ? null : new(() => PlaceOf(here.Unpack().Attributes)?.Value),
            OwnTypes = here is null ? default : TypesOf(here),
        };
    }

    private static Lazy<RegistrationMatcher?>? PlaceOf(ImmutableArray<Attribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            if (attribute is GeoProperty { DatasetId: null } place && place.Name == Location) return new(() => At(place.Value));
        }

        return null;
    }

    private static RegistrationMatcher? At(JsonValue place) =>
        GeoQuery.At(Location, place) is { } there ? new(new RegistrationQuery { Geo = there }) : null;

    private static ImmutableArray<string> TypesOf(PackedEntity entity)
    {
        var types = ImmutableArray.CreateBuilder<string>(entity.TypeCount);
        for (var i = 0; i < entity.TypeCount; i++) types.Add(entity.TypeAt(i).Iri);
        return types.MoveToImmutable();
    }

    private static ImmutableArray<string> ScopesOf(PackedEntity entity)
    {
        var scopes = ImmutableArray.CreateBuilder<string>(entity.ScopeCount);
        for (var i = 0; i < entity.ScopeCount; i++) scopes.Add(entity.ScopeAt(i));
        return scopes.MoveToImmutable();
    }
}
