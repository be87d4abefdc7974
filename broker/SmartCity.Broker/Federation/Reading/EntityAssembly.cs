using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>Puts an Entity together out of what is here and what sources have told of it.</summary>
/// <param name="plan">What may be taken from where.</param>
/// <param name="nowTicks">What has expired by then is left out. UTC ticks.</param>
internal sealed class EntityAssembly(ForwardingPlan plan, long nowTicks)
{
    /// <summary>What may be taken of a source's answer; null for nothing.</summary>
    public EntityPart? Part(PlannedSource source, Entity answered)
    {
        if (source.Cut(answered) is not { } cut) return null;
        var left = ForwardingPlan.IsProxied(source.Registration) ? cut : plan.WithoutProxied(cut);
        return left is null ? null : new(left, source.Mode == NgsiLd.Registrations.RegistrationMode.Auxiliary);
    }

    /// <summary>What may be taken of an Entity that is kept here: the very same where that is all; null for nothing.</summary>
    public PackedEntity? Own(PackedEntity own)
    {
        if (!plan.HasProxies) return own;
        var entity = own.Unpack();
        var left = plan.WithoutProxied(entity);
        return left is null ? null : ReferenceEquals(left, entity) ? own : PackedEntity.Pack(left);
    }

    /// <summary>Null where nothing is left of it.</summary>
    /// <param name="own">What is kept here; null for nothing.</param>
    /// <param name="parts">What the sources have, in their order.</param>
    public PackedEntity? Assemble(PackedEntity? own, IReadOnlyList<EntityPart> parts)
    {
        if (own is not null) own = Own(own);
        if (parts.Count == 0) return own;
        if (own is null && parts is [{ Packed: { } only }]) return only.At(nowTicks);
        var all = new List<EntityPart>(parts.Count + 1);
        if (own is not null) all.Add(new(own.Unpack()));
        all.AddRange(parts);
        return EntityMerger.Merge(all, nowTicks) is { } merged ? PackedEntity.Pack(merged).At(nowTicks) : null;
    }
}
