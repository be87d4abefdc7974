using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>A member of the Entity that is no Attribute exists, and compares where there is a comparison.</summary>
internal sealed class EntityMember(string member, Comparison? comparison) : Condition
{
    public override bool Holds(PackedEntity entity) => member switch
    {
        "id" => comparison?.HoldsForText(entity.IdUtf8) != false,
        "scope" => HoldsForScopes(entity),
        "createdAt" => comparison?.HoldsForInstant(entity.CreatedAtTicks) != false,
        "modifiedAt" => comparison?.HoldsForInstant(entity.ModifiedAtTicks) != false,
        _ => entity.ExpiresAtTicks != long.MaxValue && comparison?.HoldsForInstant(entity.ExpiresAtTicks) != false,
    };

    private bool HoldsForScopes(PackedEntity entity)
    {
        var count = entity.ScopeCount;
        if (comparison is null || count == 0) return count > 0;
        for (var i = 0; i < count; i++)
        {
            var holds = comparison.HoldsForText(entity.ScopeUtf8At(i));
            // "Not" asks that none is.
            if (holds != comparison.IsNegated) return holds;
        }

        return comparison.IsNegated;
    }
}
