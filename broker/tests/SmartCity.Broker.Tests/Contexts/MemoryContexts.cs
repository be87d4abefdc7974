using System.Collections.Concurrent;
using System.Collections.Immutable;
using SmartCity.Broker.Contexts;
using SmartCity.Broker.Storage;

namespace SmartCity.Broker.Tests.Contexts;

/// <summary>Keeps contexts for as long as it lives.</summary>
internal sealed class MemoryContexts : IContextStore
{
    private readonly ConcurrentDictionary<string, StoredContext> _contexts = new();

    public static KeptContexts Kept() => new(new MemoryContexts(), Limits.Default, TimeProvider.System);

    public ValueTask<ImmutableArray<StoredContext>> LoadAsync(CancellationToken cancellation) => new([.. _contexts.Values]);

    public ValueTask SaveAsync(StoredContext context, CancellationToken cancellation)
    {
        _contexts[context.Id] = context;
        return default;
    }

    public ValueTask DeleteAsync(string id, CancellationToken cancellation)
    {
        _contexts.TryRemove(id, out _);
        return default;
    }
}
