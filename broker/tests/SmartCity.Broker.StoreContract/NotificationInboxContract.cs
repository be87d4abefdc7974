using System.Text;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>Notifications of sources, kept until they are passed on.</summary>
public abstract class NotificationInboxContract : StoreContract
{
    [Fact]
    public async Task What_was_kept_is_there_after_a_restart_in_the_order_in_which_it_came()
    {
        var first = await KeepAsync("b", 1, null, "{}");
        var second = await KeepAsync("a", long.MaxValue, "<http://x/>; rel=c", "[1]");
        Assert.True(first < second);
        await Store.ReopenAsync();
        Assert.Equal([(first, "b", 1, null, "{}"), (second, "a", long.MaxValue, "<http://x/>; rel=c", "[1]")], await RowsAsync());
    }

    [Fact]
    public async Task What_was_released_is_forgotten_and_its_number_not_used_again()
    {
        var first = await KeepAsync("a", 1, null, "{}");
        var second = await KeepAsync("a", 2, null, "{}");
        Store.Inbox.Release(second);
        await Store.ReopenAsync();
        Assert.Equal(first, Assert.Single(await RowsAsync()).Item1);
        Assert.True(await KeepAsync("a", 3, null, "{}") > second);
    }

    [Fact]
    public async Task Many_are_kept_at_once()
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => KeepAsync($"k{i % 7}", i, null, $"{i}")));
        Assert.Equal(500, numbers.Distinct().Count());
        await Store.ReopenAsync();
        var rows = await RowsAsync();
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (numbers[i], $"{i}")).Order(), rows.Select(row => (row.Item1, row.Item5)).Order());
    }

    private Task<long> KeepAsync(string key, long identity, string? link, string body) =>
        Store.Inbox.KeepAsync(new(0, key, identity, link, Encoding.UTF8.GetBytes(body)), Soon).AsTask();

    private async Task<List<(long, string, long, string?, string)>> RowsAsync() =>
        [.. (await Store.Inbox.LoadAsync(Soon)).Select(kept => (kept.Number, kept.Key, kept.Identity, kept.Link, Encoding.UTF8.GetString(kept.Body.Span)))];
}
