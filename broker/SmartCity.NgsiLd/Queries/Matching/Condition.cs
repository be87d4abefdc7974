using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>Something that holds for an Entity or does not: the compiled form of a tree's node. Immutable and shared.</summary>
internal abstract class Condition
{
    public abstract bool Holds(PackedEntity entity);
}

internal sealed class AllOf(ImmutableArray<Condition> terms) : Condition
{
    public override bool Holds(PackedEntity entity)
    {
        foreach (var term in terms)
        {
            if (!term.Holds(entity)) return false;
        }

        return true;
    }
}

internal sealed class AnyOf(ImmutableArray<Condition> terms) : Condition
{
    public override bool Holds(PackedEntity entity)
    {
        foreach (var term in terms)
        {
            if (term.Holds(entity)) return true;
        }

        return false;
    }
}

internal sealed class Always : Condition
{
    public override bool Holds(PackedEntity entity) => true;
}
