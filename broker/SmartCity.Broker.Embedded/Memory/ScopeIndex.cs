using System.Collections.Concurrent;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Memory;

/// <summary>Entities by scope (ETSI GS CIM 009 4.18). One writer; readers need no lock.</summary>
internal sealed class ScopeIndex
{
    /// <summary>More different scopes than this take longer to try than they save.</summary>
    private const int MaxTried = 10_000;

    private readonly ConcurrentDictionary<string, OrdinalSet> _byScope = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Writer only.</summary>
    public void Move(int ordinal, PackedEntity? before, PackedEntity? after)
    {
        var (old, now) = (before?.ScopeCount ?? 0, after?.ScopeCount ?? 0);
        for (var i = 0; i < now; i++) Add(after!.ScopeAt(i), ordinal);
        for (var i = 0; i < old; i++)
        {
            var scope = before!.ScopeAt(i);
            if (!Has(after, before.ScopeUtf8At(i))) Remove(scope, ordinal);
        }
    }

    /// <summary>Sets that hold, between them, every Entity that the query means; null where all would have to be tried.</summary>
    public List<OrdinalSet>? Matching(ScopeQuery query)
    {
        if (Volatile.Read(ref _count) > MaxTried) return null;
        var sets = new List<OrdinalSet>();
        foreach (var (scope, set) in _byScope)
        {
            if (MayMean(query, scope)) sets.Add(set);
        }

        return sets;
    }

    private void Add(string scope, int ordinal)
    {
        if (!_byScope.TryGetValue(scope, out var set))
        {
            _byScope[scope] = set = new OrdinalSet();
            Volatile.Write(ref _count, _count + 1);
        }

        set.Add(ordinal);
    }

    private void Remove(string scope, int ordinal)
    {
        if (!_byScope.TryGetValue(scope, out var set)) return;
        set.Remove(ordinal);
        if (set.Count == 0 && _byScope.TryRemove(scope, out _)) Volatile.Write(ref _count, _count - 1);
    }

    private static bool Has(PackedEntity? entity, ReadOnlySpan<byte> scope)
    {
        for (var i = entity?.ScopeCount - 1 ?? -1; i >= 0; i--)
        {
            if (entity!.ScopeUtf8At(i).SequenceEqual(scope)) return true;
        }

        return false;
    }

    /// <summary>Of an "and", one scope need fulfil a part only: an Entity may have several.</summary>
    private static bool MayMean(ScopeQuery query, string scope) => query switch
    {
        ScopePattern pattern => Fits(pattern, scope),
        ScopeOr or => or.Terms.Any(term => MayMean(term, scope)),
        ScopeAnd and => and.Terms.IsEmpty || MayMean(and.Terms[0], scope),
        _ => true,
    };

    private static bool Fits(ScopePattern pattern, ReadOnlySpan<char> scope)
    {
        var rest = scope.StartsWith('/') ? scope[1..] : scope;
        foreach (var level in pattern.Levels)
        {
            if (level == "#") return true;
            if (rest.IsEmpty) return false;
            var slash = rest.IndexOf('/');
            if (level != "+" && !(slash < 0 ? rest : rest[..slash]).SequenceEqual(level)) return false;
            rest = slash < 0 ? default : rest[(slash + 1)..];
        }

        return rest.IsEmpty;
    }
}
