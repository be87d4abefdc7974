using System.Globalization;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Storage;
using SmartCity.Broker.StoreContract;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>
/// The process that <see cref="CrashTests"/> kills: writes from several threads for ever, and says on its standard output what
/// it is about to write and what has been acknowledged.
/// </summary>
internal static class CrashWriter
{
    public const int Threads = 4;

    /// <summary>Entities that one call writes, all with the same value.</summary>
    public const int Together = 3;

    private const int Groups = 20;

    public static EmbeddedStoreOptions Options(string directory) => new()
    {
        Directory = directory,
        // Folds while it is being killed, too.
        FoldInterval = TimeSpan.FromMilliseconds(20),
        FoldBytes = 256 * 1024,
        FoldIdle = TimeSpan.FromMilliseconds(100),
    };

    public static string Id(string group, int member) => $"urn:{group}:{member}";

    public static async Task Main(string[] args)
    {
        var store = await EmbeddedStore.OpenAsync(Options(args[0]), TimeProvider.System, CancellationToken.None);
        store.Release(store.Head);
        var round = int.Parse(args[1], CultureInfo.InvariantCulture);
        Say("ready");
        var writers = Enumerable.Range(0, Threads).Select(thread => Task.Run(() => WriteAsync(store, thread, round)));
        var historians = Enumerable.Range(0, Threads).Select(thread => Task.Run(() => WriteHistoryAsync(store, thread, round)));
        await Task.WhenAll([.. writers, .. historians]);
    }

    /// <summary>Values that one write into the history holds.</summary>
    public static IEnumerable<int> Values(int value) => Enumerable.Range(value, Together);

    /// <summary>Late ones, too.</summary>
    private static async Task WriteHistoryAsync(EmbeddedStore store, int thread, int round)
    {
        for (var i = 0; ; i += Together)
        {
            var value = round * 1_000_000 + i;
            var id = $"urn:h{thread}";
            Say($"add {id} {value}");
            var instances = Values(value).Select(v => Evolutions.At(v % 1000, v)).ToArray();
            await store.Temporal.CommitAsync("", new TemporalUpsert(Evolutions.Of(id, instances)), CancellationToken.None);
            Say($"added {id} {value}");
            await Task.Delay(1);
        }
    }

    private static async Task WriteAsync(EmbeddedStore store, int thread, int round)
    {
        var random = new Random(round * Threads + thread);
        for (var i = 1; ; i++)
        {
            var group = $"{thread}-{random.Next(Groups)}";
            var value = random.Next(8) == 0 ? 0 : round * 1_000_000 + i;
            Say($"try {group} {value}");
            var writes = Enumerable.Range(0, Together).Select(member => Write(Id(group, member), value));
            await store.CommitAsync("", [.. writes], CancellationToken.None);
            Say($"done {group} {value}");
            if (i % 10 == 0) store.Release(store.Head - 50);
        }
    }

    private static Storage.EntityWrite Write(string id, int value) => value == 0
        ? Writes.Delete(id)
        : Writes.Put(new Entity
        {
            Id = id,
            Types = [Writes.Vehicle],
            Attributes = [Writes.Number(Writes.Speed, value), Writes.Text(Writes.Colour, $"{value}{new string('x', value % 3000)}")],
        });

    private static void Say(string line)
    {
        lock (Console.Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
