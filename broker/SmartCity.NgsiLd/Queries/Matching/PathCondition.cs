using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>Something about what a path of names leads to: it holds where it holds for any instance on the way.</summary>
internal abstract class PathCondition : Condition
{
    private readonly LateName[] _names;
    private readonly DatasetFilter? _datasets;

    /// <param name="names">Expanded; at least one.</param>
    /// <param name="datasets">Null where all instances count.</param>
    protected PathCondition(IEnumerable<string> names, DatasetFilter? datasets)
    {
        _names = [.. names.Select(name => new LateName(name))];
        _datasets = datasets;
    }

    public sealed override bool Holds(PackedEntity entity) => HoldsIn(entity.Attributes, 0);

    /// <summary>Whether it holds for one instance of the Attribute that the path begins with, whatever its datasetId.</summary>
    public bool HoldsFrom(in PackedAttribute instance) =>
        _names.Length == 1 ? HoldsFor(instance) : HoldsIn(instance.SubAttributes, 1);

    /// <summary>Whether it holds for one instance at the end of the path.</summary>
    protected abstract bool HoldsFor(in PackedAttribute attribute);

    private bool HoldsIn(PackedAttributes attributes, int level)
    {
        if (!_names[level].TryGet(out var name)) return false;
        foreach (var attribute in attributes)
        {
            if (attribute.Name != name || (level == 0 && _datasets is not null && !_datasets.Admits(attribute))) continue;
            var holds = level == _names.Length - 1 ? HoldsFor(attribute) : HoldsIn(attribute.SubAttributes, level + 1);
            if (holds) return true;
        }

        return false;
    }
}

/// <summary>The path leads to an Attribute, and perhaps a member of its value or a language that exists.</summary>
internal sealed class Existence(IEnumerable<string> names, DatasetFilter? datasets, ValuePath? trailing)
    : PathCondition(names, datasets)
{
    protected override bool HoldsFor(in PackedAttribute attribute) => trailing is null || trailing.Exists(attribute);
}

/// <summary>The value of the Attribute compares.</summary>
internal sealed class ValueComparison(
    IEnumerable<string> names, DatasetFilter? datasets, ValuePath? trailing, Comparison comparison)
    : PathCondition(names, datasets)
{
    protected override bool HoldsFor(in PackedAttribute attribute) =>
        trailing is null ? comparison.HoldsForAttribute(attribute) : trailing.Holds(attribute, comparison);
}

/// <summary>A member of the Attribute that is no Attribute itself exists, and compares where there is a comparison.</summary>
internal sealed class MemberComparison(
    IEnumerable<string> names, DatasetFilter? datasets, string member, Comparison? comparison)
    : PathCondition(names, datasets)
{
    protected override bool HoldsFor(in PackedAttribute attribute) => member switch
    {
        "observedAt" => Instant(attribute.ObservedAtTicks, long.MinValue),
        "createdAt" => Instant(attribute.CreatedAtTicks, 0),
        "modifiedAt" => Instant(attribute.ModifiedAtTicks, 0),
        "expiresAt" => Instant(attribute.ExpiresAtTicks, long.MaxValue),
        "unitCode" => Text(attribute.UnitCode),
        _ => Text(attribute.DatasetId),
    };

    private bool Instant(long ticks, long none) => ticks != none && comparison?.HoldsForInstant(ticks) != false;

    private bool Text(ReadOnlySpan<byte> utf8) => !utf8.IsEmpty && comparison?.HoldsForText(utf8) != false;
}
