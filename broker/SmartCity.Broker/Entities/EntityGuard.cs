using System.Diagnostics.CodeAnalysis;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Entities;

/// <summary>A condition on the Entity beside its id: the <c>type</c> parameter of single-Entity operations; null for none.</summary>
public readonly record struct EntityGuard(TypeSelection? Type)
{
    /// <summary>Whether there is an Entity and it has the types that are asked for (ETSI GS CIM 009 4.17).</summary>
    internal bool Lets([NotNullWhen(true)] PackedEntity? entity) => entity is not null && (Type is null || Holds(Type, entity));

    internal NgsiLdError NotFound(string id) =>
        NgsiLdError.NotFound(Type is null ? $"Entity {id} is not found" : $"Entity {id} of the given type is not found");

    private static bool Holds(TypeSelection selection, PackedEntity entity) => selection switch
    {
        TypeAny => true,
        TypeIs type => Names.TryFind(type.Type, out var name) && entity.HasType(name),
        TypeAnd and => and.Terms.All(term => Holds(term, entity)),
        TypeOr or => or.Terms.Any(term => Holds(term, entity)),
        _ => false,
    };
}
