using System.Collections.Immutable;
using System.Text;
using SmartCity.Broker.Embedded.Memory;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>
/// How to find candidates, which are never fewer than the answer: either a few ordinals that an index names, or a walk over all,
/// chunk by chunk, in which bitmaps and columns rule out most.
/// </summary>
internal sealed class QueryPlan
{
    private static readonly QueryPlan Nothing = new() { Ordinals = [] };

    private readonly List<ImmutableArray<OrdinalSet>> _alternatives = [];
    private readonly List<ImmutableArray<OrdinalSet>> _anyOf = [];
    private readonly List<ValueCondition> _values = [];

    private QueryPlan()
    {
    }

    /// <summary>The candidates, ascending, some perhaps twice; null where <see cref="Candidates"/> gives them.</summary>
    public List<int>? Ordinals { get; private init; }

    /// <summary>Whether all candidates are matches.</summary>
    public bool IsExact { get; private init; }

    public static QueryPlan Of(EntitySpace space, EntityQuery query, PageRequest page)
    {
        var bounds = QueryBounds.Of(query);
        if (!bounds.Selectors.IsEmpty && bounds.Selectors.All(s => !s.Ids.IsEmpty)) return ByIds(space, bounds.Selectors);
        var plan = new QueryPlan { IsExact = IsOnlyTypes(query) };
        if (!plan.AddSelectors(space, bounds.Selectors)) return Nothing;
        if (!plan.AddAttributes(space, bounds)) return Nothing;
        if (!plan.AddScopes(space, query.Scope)) return Nothing;
        if (!plan.AddValues(space, bounds.Values)) return Nothing;
        var selective = Selective.Choose(space, plan._values, bounds.Geo, page);
        return selective is null ? plan : new QueryPlan { Ordinals = selective };
    }

    /// <summary>Sets the bits of a chunk's candidates.</summary>
    /// <param name="chunk">Which chunk.</param>
    /// <param name="words">The result.</param>
    /// <param name="scratch">As long as the result, for work in between.</param>
    public void Candidates(int chunk, Span<ulong> words, Span<ulong> scratch)
    {
        words.Clear();
        Span<ulong> another = stackalloc ulong[Chunks.Words];
        foreach (var sets in _alternatives)
        {
            scratch.Clear();
            sets[0].UnionInto(chunk, scratch);
            foreach (var set in sets.AsSpan(1..))
            {
                another.Clear();
                set.UnionInto(chunk, another);
                Intersect(scratch, another);
            }

            for (var i = 0; i < words.Length; i++) words[i] |= scratch[i];
        }

        foreach (var sets in _anyOf)
        {
            scratch.Clear();
            foreach (var set in sets) set.UnionInto(chunk, scratch);
            Intersect(words, scratch);
        }

        foreach (var condition in _values) condition.Index.Restrict(chunk, condition.Ranges, words);
    }

    private static void Intersect(Span<ulong> words, ReadOnlySpan<ulong> others)
    {
        for (var i = 0; i < words.Length; i++) words[i] &= others[i];
    }

    private static QueryPlan ByIds(EntitySpace space, ImmutableArray<SelectorBounds> selectors)
    {
        var ordinals = new List<int>();
        foreach (var selector in selectors) AddOrdinals(space, selector.Ids, ordinals);
        ordinals.Sort();
        return new() { Ordinals = ordinals };
    }

    private static void AddOrdinals(EntitySpace space, ImmutableArray<string> ids, List<int> ordinals)
    {
        foreach (var id in ids)
        {
            if (space.Find(Encoding.UTF8.GetBytes(id), out var ordinal) is not null) ordinals.Add(ordinal);
        }
    }

    private static bool IsOnlyTypes(EntityQuery query) =>
        query is { Q: null, Geo: null, Scope: null, AttributeNames.IsEmpty: true, DatasetIds.IsEmpty: true }
        && query.Selectors.All(s => s is { Ids.IsEmpty: true, IdPattern: null } && IsSpelledOut(s.Type));

    private static bool IsSpelledOut(TypeSelection? type) => type switch
    {
        null or TypeAny or TypeIs => true,
        TypeOr or => or.Terms.All(t => t is TypeIs),
        TypeAnd and => and.Terms.All(t => t is TypeIs),
        _ => false,
    };

    private bool AddSelectors(EntitySpace space, ImmutableArray<SelectorBounds> selectors)
    {
        if (selectors.IsEmpty) _alternatives.Add([space.All]);
        foreach (var selector in selectors)
        {
            if (!selector.Ids.IsEmpty)
            {
                var ordinals = new List<int>();
                AddOrdinals(space, selector.Ids, ordinals);
                var chosen = new OrdinalSet();
                foreach (var ordinal in ordinals) chosen.Add(ordinal);
                _alternatives.Add([chosen]);
                continue;
            }

            foreach (var group in selector.TypeGroups)
            {
                var sets = group.Select(t => Names.TryFind(t, out var name) ? space.OfType(name) : null).ToArray();
                if (!sets.Contains(null)) _alternatives.Add([.. sets!]);
            }
        }

        return _alternatives.Count > 0;
    }

    private bool AddAttributes(EntitySpace space, QueryBounds bounds)
    {
        foreach (var attribute in bounds.AllAttributes)
        {
            if (!Names.TryFind(attribute, out var name) || space.WithAttribute(name) is not { } set) return false;
            // What everything has excludes nothing.
            if (set.Count < space.All.Count) _anyOf.Add([set]);
        }

        if (bounds.AnyAttributes.IsEmpty) return true;
        var any = new List<OrdinalSet>();
        foreach (var attribute in bounds.AnyAttributes)
        {
            if (Names.TryFind(attribute, out var name) && space.WithAttribute(name) is { } set) any.Add(set);
        }

        _anyOf.Add([.. any]);
        return any.Count > 0;
    }

    private bool AddScopes(EntitySpace space, ScopeQuery? query)
    {
        if (query is null || space.Scopes.Matching(query) is not { } sets) return true;
        _anyOf.Add([.. sets]);
        return sets.Count > 0;
    }

    private bool AddValues(EntitySpace space, ImmutableArray<ValueBound> bounds)
    {
        foreach (var bound in bounds)
        {
            if (!Names.TryFind(bound.Attribute, out var name)) return false;
            if (ValueCondition.RangesOf(bound) is not { } ranges) continue;
            if (space.Values.OfValues(name) is { } index) _values.Add(new(index, ranges));
        }

        return true;
    }
}
