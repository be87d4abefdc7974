using System.Collections.Immutable;

namespace SmartCity.Broker.Registrations;

/// <summary>The registrations of a tenant at a time, in the order of their creation. The index is made when it is first asked.</summary>
internal sealed class TenantSources
{
    private readonly ImmutableDictionary<string, ContextSource> _byId;
    private readonly Lazy<SourceIndex> _index;

    private TenantSources(ImmutableArray<ContextSource> all, ImmutableDictionary<string, ContextSource> byId)
    {
        All = all;
        _byId = byId;
        _index = new(() => new SourceIndex(all));
    }

    public static TenantSources None { get; } = new([], ImmutableDictionary.Create<string, ContextSource>(StringComparer.Ordinal));

    public ImmutableArray<ContextSource> All { get; }

    public SourceIndex Index => _index.Value;

    public static TenantSources Of(ImmutableArray<ContextSource> all) =>
        new(all, all.ToImmutableDictionary(source => source.Id, StringComparer.Ordinal));

    public ContextSource? Find(string id) => _byId.GetValueOrDefault(id);

    public TenantSources With(ContextSource source) => new(
        Find(source.Id) is { } old ? All.Replace(old, source) : All.Add(source), _byId.SetItem(source.Id, source));

    public TenantSources Without(string id) =>
        Find(id) is { } old ? new(All.Remove(old), _byId.Remove(id)) : this;
}
