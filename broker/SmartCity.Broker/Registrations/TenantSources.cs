using System.Collections.Immutable;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// The registrations of a tenant at a time, in the order of their creation. Two indexes, made when they are first asked: a large one, which is made anew
/// only after many changes, and one of what has changed since, so that a device that registers does not cost what all of them do.
/// </summary>
internal sealed class TenantSources
{
    // Of this many changes the small index costs about as much as, shared among them, a large one of some ten thousand.
    private const int MostChanges = 128;

    private readonly ImmutableDictionary<string, Numbered> _byId;
    private readonly Lazy<SourceIndex> _settled;
    private readonly ImmutableArray<ContextSource> _recent;
    private readonly Lazy<SourceIndex>? _recentIndex;
    private readonly int _changes;
    private readonly long _next;

    private TenantSources(ImmutableArray<ContextSource> all, ImmutableDictionary<string, Numbered> byId, long next)
    {
        All = all;
        (_byId, _next, _recent) = (byId, next, []);
        _settled = new(() => new SourceIndex(all));
    }

    private TenantSources(
        TenantSources before, ImmutableArray<ContextSource> all, ImmutableDictionary<string, Numbered> byId, long next,
        ImmutableArray<ContextSource> recent)
    {
        All = all;
        (_byId, _next, _recent) = (byId, next, recent);
        _settled = before._settled;
        _changes = before._changes + 1;
        _recentIndex = new(() => new SourceIndex(recent));
    }

    public static TenantSources None { get; } = new([], ImmutableDictionary.Create<string, Numbered>(StringComparer.Ordinal), 0);

    public ImmutableArray<ContextSource> All { get; }

    /// <summary>Those that may match a query, and some that do not, in the order of their creation.</summary>
    public List<ContextSource> Candidates(RegistrationQuery query)
    {
        var settled = _settled.Value.Candidates(query);
        if (_recentIndex is null) return settled;
        var recent = _recentIndex.Value.Candidates(query);
        if (settled.Count == 0) return recent.Count < 2 ? recent : InOrder(recent);
        // Not those that have been replaced or removed.
        var current = settled.FindAll(source => ReferenceEquals(Find(source.Id), source));
        if (recent.Count == 0) return current;
        current.AddRange(recent);
        return InOrder(current);
    }

    public static TenantSources Of(ImmutableArray<ContextSource> all)
    {
        var next = 0L;
        return new(all, all.ToImmutableDictionary(source => source.Id, source => new Numbered(source, next++), StringComparer.Ordinal), all.Length);
    }

    public ContextSource? Find(string id) => _byId.GetValueOrDefault(id).Source;

    public TenantSources With(ContextSource source)
    {
        if (!_byId.TryGetValue(source.Id, out var old))
        {
            return Changed(All.Add(source), _byId.Add(source.Id, new(source, _next)), _next + 1, _recent.Add(source));
        }

        if (ReferenceEquals(old.Source, source)) return this;
        return Changed(All.Replace(old.Source, source), _byId.SetItem(source.Id, new(source, old.Number)), _next, _recent.Remove(old.Source).Add(source));
    }

    public TenantSources Without(string id) => _byId.TryGetValue(id, out var old)
        ? Changed(All.Remove(old.Source), _byId.Remove(id), _next, _recent.Remove(old.Source))
        : this;

    private TenantSources Changed(
        ImmutableArray<ContextSource> all, ImmutableDictionary<string, Numbered> byId, long next, ImmutableArray<ContextSource> recent) =>
        _changes < MostChanges ? new(this, all, byId, next, recent) : new(all, byId, next);

    private List<ContextSource> InOrder(List<ContextSource> sources)
    {
        sources.Sort((one, other) => _byId[one.Id].Number.CompareTo(_byId[other.Id].Number));
        return sources;
    }

    /// <param name="Source">The registration.</param>
    /// <param name="Number">Its place in the order of creation.</param>
    private readonly record struct Numbered(ContextSource Source, long Number);
}
