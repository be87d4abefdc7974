using SmartCity.Broker.Embedded;
using Xunit;

namespace SmartCity.Broker.Tests.Embedded;

/// <summary>A store on which an operator's rules for the history act at once.</summary>
public abstract class RuledHistory : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smartcity-").FullName;

    private protected virtual TimeProvider Time => TimeProvider.System;

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<EmbeddedStore> OpenAsync(string rules)
    {
        Assert.True(HistoryRule.TryParse(rules, out var read, out _));
        return EmbeddedStore.OpenAsync(
            new()
            {
                Directory = _folder,
                FoldInterval = TimeSpan.FromMilliseconds(10),
                FoldBytes = 0,
                Recording = new() { Rules = read, RetentionInterval = TimeSpan.FromMilliseconds(50) },
            },
            Time, CancellationToken.None);
    }

    private protected static async Task Eventually(Func<Task<bool>> condition)
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "it did not come to that");
            await Task.Delay(20);
        }
    }
}
