using SmartCity.Broker.Contexts;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Embedded.Sqlite;
using SmartCity.Broker.StoreContract;
using SmartCity.NgsiLd;
using Xunit;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>What happens to the file: damage, strangers, a full disk, two processes.</summary>
public sealed class EmbeddedStoreFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smartcity-").FullName;

    private string Database => Path.Combine(_folder, "smartcity.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Damages => ["not SQLite", "other program", "other version", "cut off", "empty", "rubbish in the middle"];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_or_foreign_file_is_refused_and_left_as_it_is(string damage)
    {
        await FillAsync(2000);
        var bytes = await File.ReadAllBytesAsync(Database);
        Damage(ref bytes, damage);
        await File.WriteAllBytesAsync(Database, bytes);
        var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
        Assert.Contains(Database, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Database));
        // And it still says so the next time.
        await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
    }

    [Fact]
    public async Task A_file_of_the_first_version_is_brought_to_this_one()
    {
        await FillAsync(10);
        using (var connection = SqliteConnection.Open(Database, readOnly: false))
        {
            connection.Execute("DROP TABLE context; DROP TABLE history_log; DROP TABLE snapshot; DROP TABLE forwarding; PRAGMA user_version=1");
            connection.Execute("DROP TABLE registration_change; DROP TABLE received");
            foreach (var table in (string[])["registration", "source_subscription"])
                connection.Execute($"DROP TABLE {table}; DROP TABLE {table}_progress");
        }

        for (var i = 0; i < 2; i++)
        {
            await using var store = await OpenAsync();
            await CheckAsync(store, 10);
            Assert.Equal(i, (await store.Contexts.LoadAsync(default)).Length);
            await store.Contexts.SaveAsync(new("urn:c:1", "", ContextKind.Hosted, false, DateTimeOffset.UnixEpoch, "{}"u8.ToArray()), default);
        }
    }

    [Fact]
    public async Task A_folder_serves_one_store_at_a_time()
    {
        await using (await OpenAsync())
        {
            var refusal = await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
            Assert.Contains("in use", refusal.Message, StringComparison.Ordinal);
        }

        await using var again = await OpenAsync();
    }

    [Fact]
    public async Task A_write_ahead_log_without_its_database_is_not_thrown_away()
    {
        await File.WriteAllTextAsync(Database + "-wal", "precious");
        await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
        Assert.Equal("precious", await File.ReadAllTextAsync(Database + "-wal"));
    }

    [Fact]
    public async Task When_the_disk_is_full_writes_say_so_and_reads_go_on()
    {
        const int Size = 2 * 1024 * 1024;
        await using (var store = await OpenAsync(maxBytes: Size))
        {
            var kept = 0;
            NgsiLdError? error = null;
            while (error is null)
            {
                error = (await PutAsync(store, kept, 100_000)).Error;
                if (error is null) kept++;
                Assert.InRange(kept, 0, 100);
            }

            Assert.Equal(NgsiLdErrorKind.InternalError, error.Kind);
            Assert.Contains("full", error.Detail, StringComparison.Ordinal);
            Assert.Null(await store.FindAsync("", $"urn:{kept}", default));
            Assert.NotNull(await store.FindAsync("", "urn:0", default));
            Assert.Equal(kept, store.Head);
            Assert.False((await PutAsync(store, kept, 100_000)).IsSuccess);
            await CheckAsync(store, kept);
        }

        // There is room again.
        await using var larger = await OpenAsync(maxBytes: 10 * Size);
        var all = (int)larger.Head;
        await CheckAsync(larger, all);
        Assert.True((await PutAsync(larger, all, 100_000)).IsSuccess);
        await CheckAsync(larger, all + 1);
    }

    [Fact]
    public async Task Once_there_is_room_writes_work_again_without_a_restart()
    {
        await using var store = await OpenAsync(maxBytes: 4 * 1024 * 1024, fold: true);
        var entity = 0;
        while ((await PutAsync(store, entity++, 200_000)).IsSuccess) Assert.InRange(entity, 0, 200);
        // Whoever no longer needs the log makes room: the same Entities can be written for ever.
        store.Release(store.Head);
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (!(await PutAsync(store, 0, 200_000)).IsSuccess)
        {
            Assert.True(DateTime.UtcNow < deadline, "no room was made");
            store.Release(store.Head);
            await Task.Delay(20);
        }
    }

    private static void Damage(ref byte[] bytes, string damage)
    {
        switch (damage)
        {
            case "not SQLite":
                "This is a text."u8.CopyTo(bytes);
                break;
            case "other program":
                bytes.AsSpan(68, 4).Fill(7);
                break;
            case "other version":
                bytes[63] = 99;
                break;
            case "cut off":
                bytes = bytes[..(bytes.Length / 2)];
                break;
            case "empty":
                bytes = [];
                break;
            default:
                // Behind the schema, in what is read at the start.
                new Random(1).NextBytes(bytes.AsSpan(bytes.Length / 3, bytes.Length / 3));
                break;
        }
    }

    private async Task FillAsync(int count)
    {
        await using var store = await OpenAsync();
        var writes = Enumerable.Range(0, count).Select(i => Writes.Create(Writes.Entity($"urn:{i}", Writes.Number(Writes.Speed, i))));
        await store.CommitAsync("", [.. writes], default);
    }

    private static async Task<Result<NgsiLd.Entities.EntityChange>> PutAsync(EmbeddedStore store, int i, int size) =>
        (await store.CommitAsync("", [Writes.Put(Writes.Entity($"urn:{i}", Writes.Text(Writes.Colour, new string('x', size))))], default))[0];

    private static async Task CheckAsync(EmbeddedStore store, int count)
    {
        for (var i = 0; i < count; i++) Assert.NotNull(await store.FindAsync("", $"urn:{i}", default));
    }

    private Task<EmbeddedStore> OpenAsync(long maxBytes = 0, bool fold = false) => EmbeddedStore.OpenAsync(
        new()
        {
            Directory = _folder,
            MaxDatabaseBytes = maxBytes,
            FoldInterval = fold ? TimeSpan.FromMilliseconds(10) : TimeSpan.FromSeconds(1),
            FoldBytes = fold ? 0 : 1 << 30,
            FoldIdle = fold ? TimeSpan.Zero : TimeSpan.FromHours(1),
            History = false,
        },
        TimeProvider.System, CancellationToken.None);
}
