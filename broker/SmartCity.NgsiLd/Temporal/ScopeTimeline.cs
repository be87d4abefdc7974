using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Queries.Matching;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// When the scope of an Entity met a scope query (ETSI GS CIM 009 5.7.4.4, C.5.16): a scope holds from its time until the next one.
/// One that says no time holds until the first that does.
/// </summary>
public sealed class ScopeTimeline
{
    private readonly Condition _condition;
    private readonly List<(long From, bool Holds)> _changes = [];

    public ScopeTimeline(ScopeQuery query) => _condition = ScopeCondition.Compile(query);

    /// <summary>Adds what the scope was from a time on, in order.</summary>
    /// <param name="from">UTC ticks; <see cref="long.MinValue"/> for always.</param>
    /// <param name="scope">An instance of the scope; its value is NGSI-LD Null where it was deleted.</param>
    public void Add(long from, in PackedAttribute scope) => _changes.Add((from, _condition.Holds(WithScopes(scope.Value))));

    /// <summary>Whether the query was met at some time of the interval.</summary>
    /// <param name="from">UTC ticks, inclusive.</param>
    /// <param name="to">UTC ticks, exclusive.</param>
    public bool HoldsIn(long from, long to)
    {
        for (var i = 0; i < _changes.Count; i++)
        {
            var end = i + 1 < _changes.Count ? _changes[i + 1].From : long.MaxValue;
            if (_changes[i].Holds && _changes[i].From < to && end > from && end > _changes[i].From) return true;
        }

        return false;
    }

    public bool HoldsAt(long ticks)
    {
        var (low, high) = (0, _changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_changes[middle].From <= ticks) low = middle + 1;
            else high = middle;
        }

        return low > 0 && _changes[low - 1].Holds;
    }

    private static PackedEntity WithScopes(ReadOnlySpan<byte> json)
    {
        var scopes = ImmutableArray.CreateBuilder<string>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.String && !reader.ValueTextEquals(NgsiLdNull.Uri)) scopes.Add(reader.GetString()!);
        }

        return PackedEntity.Pack(new Entity { Id = "", Types = [], Scopes = scopes.DrainToImmutable() });
    }
}
