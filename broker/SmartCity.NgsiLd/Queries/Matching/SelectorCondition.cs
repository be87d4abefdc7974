using System.Collections.Immutable;
using System.Text;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>An EntitySelector (ETSI GS CIM 009 5.2.33): all of what is given holds.</summary>
internal sealed class SelectorCondition(EntitySelector selector) : Condition
{
    private readonly byte[][] _ids = [.. selector.Ids.Select(Encoding.UTF8.GetBytes)];
    private readonly Condition? _type = selector.Type is null ? null : TypeCondition.Compile(selector.Type);

    /// <summary>Any of the selectors; none selects everything.</summary>
    public static Condition Compile(ImmutableArray<EntitySelector> selectors) => selectors.Length switch
    {
        0 => new Always(),
        1 => new SelectorCondition(selectors[0]),
        _ => new AnyOf([.. selectors.Select(selector => new SelectorCondition(selector))]),
    };

    public override bool Holds(PackedEntity entity) =>
        _type?.Holds(entity) != false && HasId(entity) && selector.IdPattern?.Matches(entity.IdUtf8) != false;

    private bool HasId(PackedEntity entity)
    {
        foreach (var id in _ids)
        {
            if (entity.IdUtf8.SequenceEqual(id)) return true;
        }

        return _ids.Length == 0;
    }
}

internal sealed class TypeCondition(string type) : Condition
{
    private readonly LateName _name = new(type);

    public static Condition Compile(TypeSelection selection) => selection switch
    {
        TypeIs type => new TypeCondition(type.Type),
        TypeAnd and => new AllOf([.. and.Terms.Select(Compile)]),
        TypeOr or => new AnyOf([.. or.Terms.Select(Compile)]),
        _ => new Always(),
    };

    public override bool Holds(PackedEntity entity) => _name.TryGet(out var name) && entity.HasType(name);
}
