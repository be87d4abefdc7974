using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>
/// What every store must do. A store's test project derives a class from each of the contract's, and opens its own store in it.
/// </summary>
public abstract class StoreContract : IAsyncLifetime
{
    protected StoreUnderTest Store { get; private set; } = null!;

    protected CancellationToken Soon { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    /// <summary>A new, empty store.</summary>
    protected abstract Task<StoreUnderTest> OpenAsync();

    public async Task InitializeAsync() => Store = await OpenAsync();

    public async Task DisposeAsync() => await Store.DisposeAsync();

    protected async Task<ImmutableArray<Result<EntityChange>>> Commit(params EntityWrite[] writes) =>
        await Store.Entities.CommitAsync("", [.. writes], Soon);

    protected async Task<Entity?> Find(string id, string tenant = "") =>
        (await Store.Entities.FindAsync(tenant, id, Soon))?.Unpack();

    protected async Task<EntityPage> Query(EntityQuery query, int offset = 0, int limit = 1000, bool count = false) =>
        await Store.Entities.QueryAsync("", query, new(offset, limit, count), Soon);

    protected async Task<List<LoggedChange>> ReadLog(long after, long upTo, int bufferSize = 7)
    {
        var changes = new List<LoggedChange>();
        var buffer = new LoggedChange[bufferSize];
        while (after < upTo)
        {
            var count = await Store.Log.ReadAsync(after, buffer, Soon);
            Assert.InRange(count, 1, bufferSize);
            changes.AddRange(buffer.Take(count));
            after = buffer[count - 1].Number;
        }

        return changes;
    }
}
