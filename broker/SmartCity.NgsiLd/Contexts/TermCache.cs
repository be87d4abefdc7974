using System.Collections.Concurrent;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// Remembers what names expand to, so that names which recur cost no allocation. It is emptied when full: clients choose
/// the names, so it must not grow with them.
/// </summary>
internal sealed class TermCache(int capacity)
{
    private const int LongestName = 128;

    private volatile Generation _generation = new();

    public string Expand<TState>(ReadOnlySpan<char> term, TState state, Func<string, TState, string> expand)
    {
        if (term.Length > LongestName) return expand(term.ToString(), state);
        var generation = _generation;
        if (generation.BySpan.TryGetValue(term, out var known)) return known;
        var text = term.ToString();
        var iri = expand(text, state);
        if (generation.Terms.TryAdd(text, iri) && Interlocked.Increment(ref generation.Count) >= capacity)
        {
            _generation = new Generation();
        }

        return iri;
    }

    private sealed class Generation
    {
        public int Count;

        public Generation() => BySpan = Terms.GetAlternateLookup<ReadOnlySpan<char>>();

        public ConcurrentDictionary<string, string> Terms { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> BySpan { get; }
    }
}
