using SmartCity.Broker.Embedded;
using SmartCity.Broker.Storage;
using SmartCity.Broker.StoreContract;
using SmartCity.NgsiLd.Entities;
using Xunit;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>What an operator's rules do to the history.</summary>
public sealed class HistoryRetentionTests : RuledHistory
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("keep 400 days", 1)]
    [InlineData("keep 400 days; type=https://example.org/Meter keep 1 day ;tenant=trial off", 3)]
    [InlineData("tenant= type=urn:t off", 1)]
    [InlineData("average by 1 day after 30 days", 1)]
    [InlineData("type=urn:t average by 6 hours after 1 day keep 400 days; keep 8 days average by 7 days after 7 days", 2)]
    public void Rules_are_read(string text, int count)
    {
        Assert.True(HistoryRule.TryParse(text, out var rules, out _));
        Assert.Equal(count, rules.Count);
    }

    [Theory]
    [InlineData("keep")]
    [InlineData("tenant=x")]
    [InlineData("keep 0 days")]
    [InlineData("keep 1 day keep 2 days")]
    [InlineData("average by 1 day")]
    [InlineData("average by 1 week after 30 days")]
    [InlineData("average by 0 hours after 30 days")]
    [InlineData("average by 1 day after 30 hours")]
    [InlineData("average by 1 day after 30 days average by 1 hour after 3 days")]
    [InlineData("average by 1 day after 30 days off")]
    [InlineData("keep -1 days")]
    [InlineData("keep 1.5 days")]
    [InlineData("keep 400 weeks")]
    [InlineData("keep 9999999 days")]
    [InlineData("type=Meter off")]
    [InlineData("off on")]
    [InlineData("colour=red off")]
    public void Other_rules_are_refused_by_name(string text)
    {
        Assert.False(HistoryRule.TryParse("keep 1 day;" + text, out _, out var problem));
        Assert.Contains($"'{text}'", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("average by 5 hours after 30 days", "but a day has no whole number of periods of 5 hours")]
    [InlineData("average by 48 hours after 30 days", "but a day has no whole number of periods of 48 hours")]
    [InlineData("average by 1 day after 30 days keep 30 days", "which keeps nothing until it is averaged: 30 days are not more than 30")]
    public void Rules_that_make_no_sense_are_told_why(string text, string reason)
    {
        Assert.False(HistoryRule.TryParse(text, out _, out var problem));
        Assert.Equal($"which has the rule '{text}', {reason}", problem);
    }

    [Fact]
    public async Task What_is_kept_no_longer_goes_by_itself()
    {
        await using (var store = await OpenAsync(""))
        {
            foreach (var type in (string[])[Writes.Vehicle, Writes.Building])
            {
                for (var part = 0; part < 4; part++)
                {
                    var entity = Evolutions.Of($"urn:{type[^3..]}", [.. Enumerable.Range(part * 500, 500).Select(DaysAgo)]) with { Types = [type] };
                    await store.Temporal.CommitAsync("", new TemporalUpsert(entity), default);
                }
            }

            await store.Temporal.CommitAsync("", new TemporalUpsert(Evolutions.Of("urn:old", DaysAgo(900)) with { Types = [Writes.Building] }), default);
        }

        await using var keeping = await OpenAsync($"keep 1000 days; type={Writes.Building} keep 100 days");
        await Eventually(async () => await CountAsync(keeping, "urn:ing") <= 200 && await CountAsync(keeping, "urn:old") == 0);
        Assert.InRange(await CountAsync(keeping, "urn:ing"), 100, 200);
        Assert.InRange(await CountAsync(keeping, "urn:cle"), 1000, 1500);
        Assert.Null(await keeping.Temporal.FindAsync("", "urn:old", default));
        Assert.NotEmpty((await keeping.Temporal.ReadAsync("", new("urn:ing", Writes.Speed, null), InstanceRange.All, new(1), default)).Instances);
    }

    [Fact]
    public async Task What_is_loose_goes_instance_by_instance()
    {
        await using (var store = await OpenAsync(""))
        {
            await store.Temporal.CommitAsync("", new TemporalUpsert(Evolutions.Of("urn:1", DaysAgo(900), DaysAgo(150), DaysAgo(50), DaysAgo(20))), default);
            await store.Temporal.CommitAsync("", new TemporalUpsert(Evolutions.Of("urn:2", DaysAgo(900), DaysAgo(150))), default);
            await store.Temporal.CommitAsync("", new TemporalUpsert(Evolutions.Of(
                "urn:3", [.. Enumerable.Range(200, 40).Select(DaysAgo), DaysAgo(20) with { DatasetId = "urn:d" }])), default);
        }

        await using var keeping = await OpenAsync("keep 100 days");
        await Eventually(async () => await CountAsync(keeping, "urn:1") == 2 && await keeping.Temporal.FindAsync("", "urn:2", default) is null);
        Assert.Equal(
            ["50", "20"],
            (await keeping.Temporal.ReadAsync("", new("urn:1", Writes.Speed, null), InstanceRange.All, new(10), default)).Instances.Select(Evolutions.Value));
        // Its block has gone, and something loose is left.
        await Eventually(async () => await CountAsync(keeping, "urn:3") == 0);
        Assert.Equal("urn:d", Assert.Single((await keeping.Temporal.FindAsync("", "urn:3", default))!.Series).DatasetId);
    }

    [Fact]
    public async Task What_is_switched_off_is_not_recorded()
    {
        await using var store = await OpenAsync($"type={Writes.Vehicle} off");
        await store.CommitAsync("", [Writes.Create(Writes.Entity("urn:1", Writes.Number(Writes.Speed, 1)))], default);
        await store.CommitAsync("", [Writes.Create(Writes.Entity("urn:2", Writes.Number(Writes.Speed, 1)) with { Types = [Writes.Building] })], default);
        Assert.Null(await store.Temporal.FindAsync("", "urn:1", default));
        Assert.NotNull(await store.Temporal.FindAsync("", "urn:2", default));
        await store.Temporal.CommitAsync("", new TemporalUpsert(Evolutions.Of("urn:1", Evolutions.At(1, 1))), default);
        Assert.NotNull(await store.Temporal.FindAsync("", "urn:1", default));
    }

    private static Property DaysAgo(int days)
    {
        var at = DateTimeOffset.UtcNow.AddDays(-days).AddHours(-1);
        return Writes.Number(Writes.Speed, days) with { ObservedAt = Evolutions.Parse(Timestamp.Format(at)) };
    }

    private static async Task<int> CountAsync(EmbeddedStore store, string id) =>
        (await store.Temporal.ReadAsync("", new(id, Writes.Speed, null), InstanceRange.All, new(10_000), default)).Instances.Length;
}
