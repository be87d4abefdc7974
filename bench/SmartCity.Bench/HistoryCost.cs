using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using SmartCity.Broker.Embedded;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Bench;

/// <summary>Changes of current Entities, as fast as the store takes them, with or without their history.</summary>
internal static class HistoryCost
{
    private const string Speed = "https://example.org/speed";
    private const int Entities = 10_000;
    private const int Writers = 64;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string folder, bool records)
    {
        await using var store = await EmbeddedStore.OpenAsync(
            new() { Directory = folder, History = records, BackgroundFailed = e => Console.Error.WriteLine(e) },
            TimeProvider.System, CancellationToken.None);
        var count = 0;
        var clock = Stopwatch.StartNew();
        var start = Process.GetCurrentProcess().TotalProcessorTime;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            while (clock.Elapsed < Duration)
            {
                await store.CommitAsync("", [Write(random.Next(Entities), random.Next(1000))], CancellationToken.None);
                if (Interlocked.Increment(ref count) % 1000 == 0) store.Release(store.Head);
            }
        })));
        var cpu = Process.GetCurrentProcess().TotalProcessorTime - start;
        Console.WriteLine($"history {records}: {count / clock.Elapsed.TotalSeconds:F0} changes/s, {cpu.TotalMilliseconds * 1000 / count:F1} us of processor each");
        return 0;
    }

    private static EntityWrite Write(int entity, int value)
    {
        var id = $"urn:ngsi-ld:Vehicle:{entity}";
        return new(id, (before, now) =>
        {
            var after = PackedEntity.Pack(new()
            {
                Id = id,
                Types = ["https://example.org/Vehicle"],
                CreatedAt = before?.CreatedAt ?? now,
                ModifiedAt = now,
                Attributes = ImmutableArray.Create<Attribute>(new Property
                {
                    Name = Speed,
                    Value = JsonValue.Of(value.ToString(CultureInfo.InvariantCulture)),
                    UnitCode = "KMH",
                    CreatedAt = before?.CreatedAt ?? now,
                    ModifiedAt = now,
                }),
            });
            return new EntityChange
            {
                EntityId = id,
                Before = before,
                After = after,
                At = now,
                Attributes = [new(Speed, null, before is null ? AttributeChangeKind.Created : AttributeChangeKind.Updated)],
            };
        });
    }
}
