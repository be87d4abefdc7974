using System.Text;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Storage;
using SmartCity.Broker.StoreContract;
using SmartCity.NgsiLd.Entities;
using SQLitePCL;
using Xunit;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>What the store does by itself: it sweeps what has expired, and folds the log into history.</summary>
public sealed class EmbeddedStoreBackgroundTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smartcity-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_expired_Entity_is_deleted_as_an_ordinary_change()
    {
        await using var store = await OpenAsync();
        _ = Timestamp.TryParse(Timestamp.Format(DateTimeOffset.UtcNow.AddMilliseconds(300)), out var soon);
        var transient = Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1)) with { ExpiresAt = soon };
        await store.CommitAsync("", [Writes.Create(transient)], default);
        var changes = new LoggedChange[1];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await store.ReadAsync(1, changes, patience.Token));
        Assert.True(changes[0].Change.IsDeletion);
        Assert.Equal(new AttributeChange(Writes.Speed, null, AttributeChangeKind.Deleted), Assert.Single(changes[0].Change.Attributes));
    }

    [Fact]
    public async Task Expired_Attributes_are_removed_as_an_ordinary_change()
    {
        await using var store = await OpenAsync();
        _ = Timestamp.TryParse(Timestamp.Format(DateTimeOffset.UtcNow.AddMilliseconds(300)), out var soon);
        var sub = Writes.Number(Writes.Speed, 1) with { ExpiresAt = soon };
        await store.CommitAsync("", [Writes.Create(Writes.Entity(
            "urn:1", sub, sub with { DatasetId = "urn:d" }, Writes.Text(Writes.Colour, "red") with { SubAttributes = [sub] },
            Writes.Text(Writes.Owner, "me")))], default);
        var changes = new LoggedChange[1];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await store.ReadAsync(1, changes, patience.Token));

        var change = changes[0].Change;
        Assert.Equal<AttributeChange>(
            [
                new(Writes.Speed, null, AttributeChangeKind.Deleted),
                new(Writes.Speed, "urn:d", AttributeChangeKind.Deleted),
                new(Writes.Colour, null, AttributeChangeKind.Updated),
            ],
            change.Attributes);
        var left = change.After!.Unpack();
        Assert.Equal([Writes.Colour, Writes.Owner], left.Attributes.Select(attribute => attribute.Name));
        Assert.Empty(left.Attributes[0].SubAttributes);
        Assert.Equal([change.At, left.CreatedAt], left.Attributes.Select(attribute => attribute.ModifiedAt));
        await Task.Delay(200);
        Assert.Equal(2, store.Head);
    }

    [Fact]
    public async Task Every_state_of_an_Attribute_is_in_the_history_once()
    {
        await using (var store = await OpenAsync())
        {
            await store.CommitAsync("", [Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1)))], default);
            for (var i = 0; i < 20; i++)
            {
                await store.CommitAsync("", [Writes.Increment("urn:1", Writes.Speed)], default);
                await Task.Delay(5);
            }

            await store.CommitAsync("", [Writes.Delete("urn:1")], default);
            // Whatever is folded and released goes from the log.
            store.Release(store.Head);
            var deadline = DateTime.UtcNow.AddSeconds(30);
            while (Numbers("SELECT count(*) FROM change_log")[0] > 0)
            {
                Assert.True(DateTime.UtcNow < deadline, "the log was not folded");
                await Task.Delay(20);
            }
        }

        await using var again = await OpenAsync();
        var series = Assert.Single((await again.Temporal.FindAsync("", "urn:1", default))!.Series);
        var page = await again.Temporal.ReadAsync("", series, InstanceRange.All, new(100), default);
        Assert.Equal(
            [.. Enumerable.Range(1, 21).Select(i => $"{i}"), "\"urn:ngsi-ld:null\""],
            page.Instances.Select(instance => Encoding.UTF8.GetString(instance.Attribute.Value)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Progress_of_Subscriptions_is_in_the_file_soon_whether_Entities_are_written_or_not(bool writing)
    {
        await using var store = await OpenAsync();
        await store.CommitAsync("", [Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1)))], default);
        await store.SaveAsync(new("", "urn:s:1", "{}"u8.ToArray(), null), default);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, writing ? 4 : 0).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await store.CommitAsync("", [Writes.Increment("urn:1", Writes.Speed)], default);
        })).ToArray();
        for (var position = 1; position <= 20; position++)
        {
            store.Record([new("", "urn:s:1", position, position, 0, null, null, null)]);
            var deadline = DateTime.UtcNow.AddSeconds(30);
            while (Numbers("SELECT position FROM subscription_progress") is not [var kept] || (int)kept != position)
            {
                Assert.True(DateTime.UtcNow < deadline, $"{position} was not kept");
                await Task.Delay(5);
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    private List<double> Numbers(string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open_v2(Path.Combine(_folder, "smartcity.db"), out var connection, raw.SQLITE_OPEN_READONLY, null));
        using (connection)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(connection, sql, out var rows));
            var numbers = new List<double>();
            using (rows)
            {
                while (raw.sqlite3_step(rows) == raw.SQLITE_ROW) numbers.Add(raw.sqlite3_column_double(rows, 0));
            }

            return numbers;
        }
    }

    private Task<EmbeddedStore> OpenAsync() => EmbeddedStore.OpenAsync(
        new()
        {
            Directory = _folder,
            FoldInterval = TimeSpan.FromMilliseconds(10),
            ProgressInterval = TimeSpan.FromMilliseconds(10),
            SweepInterval = TimeSpan.FromMilliseconds(50),
            FoldBytes = 0,
            FoldIdle = TimeSpan.Zero,
            BackgroundFailed = e => Assert.Fail(e.ToString()),
        },
        TimeProvider.System, CancellationToken.None);
}
