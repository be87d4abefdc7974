using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Matching;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// q and geoQ over the instances of an evolution (ETSI GS CIM 009 5.7.4.4): an Entity is meant where each condition holds for some
/// instance in the interval, and of the Attributes that the conditions name only instances are shown that meet them. Made once per
/// query; safe to share.
/// </summary>
public sealed class InstanceFilter
{
    private readonly Node _root;
    private readonly ImmutableArray<Leaf> _leaves;

    private InstanceFilter(Node root, ImmutableArray<Leaf> leaves)
    {
        _root = root;
        _leaves = leaves;
        AttributeNames = [.. leaves.Where(leaf => leaf.Attribute is not null).Select(leaf => leaf.Attribute!).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Expanded names of the Attributes that it looks at; <see cref="TemporalEntity.Scope"/> for the scope.</summary>
    public ImmutableArray<string> AttributeNames { get; }

    /// <summary>Null where there is nothing to filter by; BadRequestData where q follows a link (5.7.4.4).</summary>
    public static Result<InstanceFilter?> Of(QExpression? q, GeoQuery? geo)
    {
        if (q is null && geo is null) return (InstanceFilter?)null;
        var leaves = ImmutableArray.CreateBuilder<Leaf>();
        var terms = ImmutableArray.CreateBuilder<Node>();
        if (q is not null)
        {
            if (FollowsLink(q)) return NgsiLdError.BadRequestData("q looks into linked Entities, which temporal queries cannot do (ETSI GS CIM 009 5.7.4.4)");
            terms.Add(Compile(q, leaves));
        }

        if (geo is not null)
        {
            leaves.Add(new(geo.Path.Names[0], new GeoCondition(geo, null)));
            terms.Add(new(leaves.Count - 1));
        }

        return new InstanceFilter(new(-1) { Terms = terms.ToImmutable(), IsAnd = true }, leaves.ToImmutable());
    }

    public EvolutionMatch Begin(in EvolutionHead head)
    {
        var truths = new bool[_leaves.Length];
        PackedEntity? entity = null;
        for (var i = 0; i < truths.Length; i++)
        {
            if (_leaves[i].Attribute is not null) continue;
            entity ??= PackedEntity.Pack(new Entity { Id = head.Id, Types = head.Types, CreatedAt = head.CreatedAt, ModifiedAt = head.ModifiedAt });
            truths[i] = _leaves[i].Condition.Holds(entity);
        }

        return new(this, truths);
    }

    internal bool Holds(bool[] truths) => Holds(_root, truths, -1, default);

    internal bool HoldsFor(bool[] truths, in PackedAttribute instance)
    {
        var name = instance.Name.Iri;
        return Holds(_root, truths, AttributeNames.IndexOf(name), instance);
    }

    internal void See(bool[] truths, in PackedAttribute instance)
    {
        var name = instance.Name.Iri;
        for (var i = 0; i < truths.Length; i++)
        {
            if (!truths[i] && _leaves[i].Attribute == name) truths[i] = ((PathCondition)_leaves[i].Condition).HoldsFrom(instance);
        }
    }

    internal bool Asks(bool[] truths, string attribute)
    {
        for (var i = 0; i < truths.Length; i++)
        {
            if (!truths[i] && _leaves[i].Attribute == attribute) return true;
        }

        return false;
    }

    // Conditions on the Attribute of that number are asked of the instance alone.
    private bool Holds(Node node, bool[] truths, int attribute, in PackedAttribute instance)
    {
        if (node.Leaf >= 0)
        {
            var leaf = _leaves[node.Leaf];
            return attribute >= 0 && leaf.Attribute == AttributeNames[attribute]
                ? ((PathCondition)leaf.Condition).HoldsFrom(instance)
                : truths[node.Leaf];
        }

        foreach (var term in node.Terms)
        {
            if (Holds(term, truths, attribute, instance) != node.IsAnd) return !node.IsAnd;
        }

        return node.IsAnd;
    }

    private static Node Compile(QExpression q, ImmutableArray<Leaf>.Builder leaves)
    {
        switch (q)
        {
            case QAnd and:
                return new(-1) { IsAnd = true, Terms = [.. and.Terms.Select(term => Compile(term, leaves))] };
            case QOr or:
                return new(-1) { Terms = [.. or.Terms.Select(term => Compile(term, leaves))] };
            case QExists { Path: { IsPlain: true, Names: ["scope"] } }:
                q = new QExists(AttributePath.Of(TemporalEntity.Scope));
                break;
            case QCompare { Path: { IsPlain: true, Names: ["scope"] } } compare:
                q = compare with { Path = AttributePath.Of(TemporalEntity.Scope) };
                break;
        }

        var condition = new QCompiler(null, _ => null).Compile(q);
        leaves.Add(new(condition is PathCondition ? PathOf(q).Names[0] : null, condition));
        return new(leaves.Count - 1);
    }

    private static bool FollowsLink(QExpression q) => q switch
    {
        QAnd and => and.Terms.Any(FollowsLink),
        QOr or => or.Terms.Any(FollowsLink),
        _ => PathOf(q).Linked is not null,
    };

    private static AttributePath PathOf(QExpression leaf) => leaf is QExists exists ? exists.Path : ((QCompare)leaf).Path;

    /// <param name="Leaf">Which condition; -1 where there are terms.</param>
    private sealed record Node(int Leaf)
    {
        public ImmutableArray<Node> Terms { get; init; } = [];

        public bool IsAnd { get; init; }
    }

    /// <param name="Attribute">Null where the condition is one on the Entity's own members.</param>
    /// <param name="Condition">A PathCondition where there is an Attribute.</param>
    private sealed record Leaf(string? Attribute, Condition Condition);
}

/// <summary>What is known of one Entity while its instances are looked through.</summary>
public sealed class EvolutionMatch
{
    private readonly InstanceFilter _filter;
    private readonly bool[] _truths;

    internal EvolutionMatch(InstanceFilter filter, bool[] truths) => (_filter, _truths) = (filter, truths);

    /// <summary>Whether the Entity is meant, after what was seen so far.</summary>
    public bool Holds => _filter.Holds(_truths);

    /// <summary>Whether more instances of an Attribute could change anything.</summary>
    public bool Asks(string attribute) => _filter.Asks(_truths, attribute);

    /// <summary>Takes an instance of the interval into account.</summary>
    public void See(in PackedAttribute instance) => _filter.See(_truths, instance);

    /// <summary>Whether an instance is shown, once all were seen.</summary>
    public bool Shows(in PackedAttribute instance) => _filter.HoldsFor(_truths, instance);
}
