using System.Diagnostics;

namespace SmartCity.Bench;

/// <summary>How long something takes, done many times.</summary>
internal static class Spent
{
    public static async Task MeasureAsync(string what, int times, Func<Task<int>> run)
    {
        var answer = await run();
        var spent = new double[times];
        for (var i = 0; i < times; i++)
        {
            var clock = Stopwatch.StartNew();
            await run();
            spent[i] = clock.Elapsed.TotalMilliseconds;
        }

        Array.Sort(spent);
        Console.WriteLine($"{what} ({answer}): p50 {spent[times / 2]:F2} ms, p99 {spent[times * 99 / 100]:F2} ms");
    }
}
