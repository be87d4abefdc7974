using SmartCity.Broker.Embedded.Memory;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>All matches of a query, in the order that it asks for.</summary>
internal sealed class RankRun(EntitySpace space, EntityQuery query, EntityOrdering? ordering, int most, long nowTicks)
    : CandidateWalk(space, query, nowTicks)
{
    private readonly OrderKeys? _keys = ordering is null ? null : new(ordering, query.DatasetIds);
    private readonly List<Ranked> _ranked = [];

    /// <summary>Null where there are more than the caller wants.</summary>
    public long[]? Run()
    {
        Forwards(QueryPlan.Of(Space, Query, new(0, int.MaxValue, true)), 0, Space.End);
        if (_ranked.Count > most) return null;
        if (_keys is not null) _ranked.Sort();
        var positions = new long[_ranked.Count];
        for (var i = 0; i < positions.Length; i++) positions[i] = _ranked[i].Ordinal;
        return positions;
    }

    protected override bool Take(int ordinal, PackedEntity entity)
    {
        _ranked.Add(new(_keys?.Of(entity) ?? default, ordinal));
        return _ranked.Count <= most;
    }

    /// <summary>Where two are equal, the older comes first: so the order is one.</summary>
    private readonly record struct Ranked(OrderKey Key, int Ordinal) : IComparable<Ranked>
    {
        public int CompareTo(Ranked other)
        {
            var order = Key.CompareTo(other.Key);
            return order != 0 ? order : Ordinal.CompareTo(other.Ordinal);
        }
    }
}
