using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>From the tree of q to conditions.</summary>
internal sealed class QCompiler(DatasetFilter? datasets, Func<string, PackedEntity?> find)
{
    public Condition Compile(QExpression expression) => expression switch
    {
        QAnd and => new AllOf([.. and.Terms.Select(Compile)]),
        QOr or => new AnyOf([.. or.Terms.Select(Compile)]),
        QExists exists => Compile(exists.Path, null, datasets),
        QCompare compare => Compile(compare.Path, new(compare.Operator, compare.Value), datasets),
        _ => throw new ArgumentException("The tree has a node of an unknown kind.", nameof(expression)),
    };

    private Condition Compile(AttributePath path, Comparison? comparison, DatasetFilter? filter)
    {
        if (path.IsPlain && ReservedMembers.IsOfEntity(path.Names[0])) return new EntityMember(path.Names[0], comparison);
        if (path.Linked is { } linked)
        {
            // The filter is for instances of the Entity that is queried, not of those it links to.
            var inner = Compile(linked.Path, comparison, null);
            return new LinkedCondition(path.Names, filter, [.. linked.Types.Select(type => new LateName(type))], inner, find);
        }

        if (path.Names.Length > 1 && ReservedMembers.IsOfAttribute(path.Names[^1]))
            return new MemberComparison(path.Names[..^1], filter, path.Names[^1], comparison);
        var trailing = ValuePath.Of(path.Trailing);
        return comparison is null
            ? new Existence(path.Names, filter, trailing)
            : new ValueComparison(path.Names, filter, trailing, comparison);
    }
}
