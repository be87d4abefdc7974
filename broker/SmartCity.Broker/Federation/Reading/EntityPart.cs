using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>What one place has of an Entity.</summary>
internal readonly record struct EntityPart
{
    private readonly Entity? _entity;

    /// <param name="entity">The part, cut to what may be taken from there.</param>
    /// <param name="isAuxiliary">Whether it adds what no other place has, and changes nothing (ETSI GS CIM 009 4.3.6.2).</param>
    public EntityPart(Entity entity, bool isAuxiliary = false) => (_entity, IsAuxiliary) = (entity, isAuxiliary);

    private EntityPart(PackedEntity packed, bool isAuxiliary) => (Packed, IsAuxiliary) = (packed, isAuxiliary);

    public Entity Entity => _entity ?? Packed!.Unpack();

    public bool IsAuxiliary { get; }

    /// <summary>The same in few bytes; null where it is not kept so.</summary>
    public PackedEntity? Packed { get; }

    /// <summary>What takes less memory, and is to be unpacked where there is anything to put it together with.</summary>
    public EntityPart Pack() => Packed is null ? new(PackedEntity.Pack(_entity!), IsAuxiliary) : this;
}
