using System.Text;
using Xunit;

namespace SmartCity.Broker.StoreContract;

/// <summary>What happened to registrations, until everybody has been told.</summary>
public abstract class RegistrationLogContract : StoreContract
{
    [Fact]
    public async Task Every_change_is_logged_with_what_was_before_and_what_is_after()
    {
        var created = await SaveAsync("urn:r:1", "{\"a\":1}");
        var updated = await SaveAsync("urn:r:1", "{\"a\":2}");
        var deleted = await Store.Registrations.DeleteAsync("", "urn:r:1", Soon);
        await Store.ReopenAsync();
        Assert.Equal(
            [(created, null, "{\"a\":1}"), (updated, "{\"a\":1}", "{\"a\":2}"), (deleted, "{\"a\":2}", null)], await RowsAsync());
        Assert.True(created < updated && updated < deleted);
    }

    [Fact]
    public async Task What_was_released_is_forgotten_and_its_number_not_used_again()
    {
        var first = await SaveAsync("urn:r:1", "{}");
        var second = await SaveAsync("urn:r:2", "{}");
        Store.RegistrationLog.Release(first);
        Store.RegistrationLog.Release(first - 1);
        await Store.ReopenAsync();
        Assert.Equal(second, Assert.Single(await RowsAsync()).Item1);
        Store.RegistrationLog.Release(second);
        await Store.ReopenAsync();
        Assert.Empty(await RowsAsync());
        Assert.True(await SaveAsync("urn:r:1", "{}") > second);
    }

    private async Task<long> SaveAsync(string id, string document) =>
        await Store.Registrations.SaveAsync(new("", id, Encoding.UTF8.GetBytes(document)), Soon);

    private async Task<List<(long, string?, string?)>> RowsAsync() =>
        [.. (await Store.RegistrationLog.LoadChangesAsync(Soon)).Select(change => (change.Number, Text(change.Before), Text(change.After)))];

    private static string? Text(ReadOnlyMemory<byte>? document) => document is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
}
