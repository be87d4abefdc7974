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
    /// <param name="here">The Entity of that id that is kept here, if it is the one that is meant; null where it is only to be created.</param>
    public static WriteTarget Of(SourceWrite request, PackedEntity? here)
    {
        var given = request.Entity;
        // A creation of what is here updates it (5.6.8.4).
        var isWhole = request.Kind == SourceWriteKind.Replace || (request.Kind == SourceWriteKind.Create && here is null);
        return new(request.EntityId)
        {
            Types = TypesOf(given, isWhole ? null : here),
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

    // The types of a Fragment come to those that the Entity has (5.5.8, 5.5.12), and take none away.
    private static ImmutableArray<string> TypesOf(Entity? given, PackedEntity? here)
    {
        ImmutableArray<string> told = given is null ? [] : given.Types;
        if (here is null) return told;
        var own = TypesOf(here);
        return told.IsEmpty ? own : [.. own.Union(told)];
    }

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
