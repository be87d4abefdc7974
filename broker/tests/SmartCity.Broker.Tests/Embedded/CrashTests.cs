using System.Diagnostics;
using System.Globalization;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Storage;
using SmartCity.Broker.StoreContract;
using SmartCity.NgsiLd.Entities;
using Xunit;
using Xunit.Abstractions;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>
/// Kills a writing process at random moments and looks at what it left: every acknowledged write, nothing half-written.
/// <c>SMARTCITY_CRASH_ROUNDS</c> says how often; 10 where it says nothing.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smartcity-crash-").FullName;
    private readonly Random _random = new(4711);

    // What is known of each group: the value acknowledged last, and the one tried since then, if any. 0 means deleted.
    private readonly Dictionary<string, (int Kept, int? Tried)> _groups = [];

    // What was acknowledged as history, and what may be there besides.
    private readonly Dictionary<TemporalSeries, (HashSet<int> Kept, HashSet<int> Tried)> _history = [];
    private long _head;
    private int _acknowledged;
    private int _recorded;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_a_kill_every_acknowledged_write_is_there_and_nothing_is_half_there()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("SMARTCITY_CRASH_ROUNDS") ?? "10", CultureInfo.InvariantCulture);
        for (var round = 1; round <= rounds; round++)
        {
            await WriteAndKillAsync(round);
            await CheckAsync(round);
        }

        output.WriteLine($"{rounds} kills, {_acknowledged} acknowledged calls and {_recorded} instances of history, all kept");
        Assert.True(_acknowledged > rounds, "hardly anything was written");
    }

    private async Task WriteAndKillAsync(int round)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments = ["exec", typeof(CrashWriter).Assembly.Location, _folder, $"{round}"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var writer = Process.Start(start)!;
        Assert.Equal("ready", await writer.StandardOutput.ReadLineAsync());
        var killing = Task.Delay(_random.Next(5, 400)).ContinueWith(_ => writer.Kill(), TaskScheduler.Default);
        while (await writer.StandardOutput.ReadLineAsync() is { } line) Note(line);
        await killing;
        await writer.WaitForExitAsync();
    }

    private void Note(string line)
    {
        // The last line may be cut off.
        if (line.Split(' ') is not [var verb, var group, var text] || !int.TryParse(text, out var value)) return;
        if (verb is "add" or "added")
        {
            foreach (var one in CrashWriter.Values(value)) NoteHistory(group, one, verb == "added");
            return;
        }

        if (value != 0) NoteHistory(CrashWriter.Id(group, 0), value, verb == "done");
        var kept = _groups.GetValueOrDefault(group).Kept;
        if (verb == "try")
        {
            _groups[group] = (kept, value);
        }
        else if (_groups[group].Tried == value)
        {
            _groups[group] = (value, null);
            _acknowledged++;
        }
    }

    private void NoteHistory(string id, int value, bool isKept)
    {
        var series = new TemporalSeries(id, Writes.Speed, null);
        if (!_history.TryGetValue(series, out var known)) _history[series] = known = ([], []);
        (isKept ? known.Kept : known.Tried).Add(value);
    }

    /// <summary>Every acknowledged instance is there, once, and none that nobody has written.</summary>
    private async Task CheckHistoryAsync(EmbeddedStore store, int round)
    {
        _recorded = 0;
        foreach (var (series, (kept, tried)) in _history)
        {
            var values = new HashSet<int>();
            var paging = new InstancePaging(5000);
            for (var hasMore = true; hasMore;)
            {
                var page = await store.Temporal.ReadAsync("", series, InstanceRange.All, paging, CancellationToken.None);
                foreach (var instance in page.Instances)
                {
                    if (instance.DeletedAt is not null) continue;
                    var value = int.Parse(Evolutions.Value(instance), CultureInfo.InvariantCulture);
                    Assert.True(values.Add(value), $"round {round}: {value} is twice in {series}");
                }

                hasMore = page.HasMore;
                if (hasMore) paging = paging with { AfterTicks = page.LastTicks, AfterNumber = page.Instances[^1].Id.Number };
            }

            Assert.Empty(kept.Except(values));
            Assert.Empty(values.Except(kept).Except(tried));
            foreach (var value in values.Where(tried.Remove)) kept.Add(value);
            tried.Clear();
            _recorded += values.Count;
        }
    }

    private async Task CheckAsync(int round)
    {
        await using var store = await EmbeddedStore.OpenAsync(CrashWriter.Options(_folder), TimeProvider.System, CancellationToken.None);
        foreach (var (group, (kept, tried)) in _groups.ToArray())
        {
            var values = new List<int>();
            for (var member = 0; member < CrashWriter.Together; member++)
            {
                values.Add(Value(await store.FindAsync("", CrashWriter.Id(group, member), CancellationToken.None)));
            }

            var value = Assert.Single(values.Distinct());
            Assert.True(value == kept || value == tried, $"round {round}: {group} is {value}, was {kept}, perhaps {tried}");
            _groups[group] = (value, null);
        }

        await CheckLogAsync(store);
        await CheckHistoryAsync(store, round);
    }

    private async Task CheckLogAsync(EmbeddedStore store)
    {
        Assert.True(store.Head >= _head, "the log went back");
        _head = store.Head;
        if (_head == 0) return;
        var buffer = new LoggedChange[500];
        var count = await store.ReadAsync(0, buffer, CancellationToken.None);
        for (var last = buffer[0].Number - 1; ;)
        {
            for (var i = 0; i < count; last = buffer[i++].Number) Assert.True(buffer[i].Number > last);
            if (last == _head) break;
            count = await store.ReadAsync(last, buffer, CancellationToken.None);
        }
    }

    private static int Value(PackedEntity? entity)
    {
        if (entity is null) return 0;
        var attributes = entity.Unpack().Attributes;
        var value = int.Parse(((Property)attributes[0]).Value.ToString(), CultureInfo.InvariantCulture);
        Assert.Equal($"\"{value}{new string('x', value % 3000)}\"", ((Property)attributes[1]).Value.ToString());
        return value;
    }
}
