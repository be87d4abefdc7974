using System.Globalization;

namespace SmartCity.Bench;

/// <summary>What many meters tell: a total in kWh, every quarter of an hour.</summary>
internal static class Meters
{
    public const int PerDay = 96;

    public static readonly DateTimeOffset Start = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Id(int meter) => $"urn:ngsi-ld:Meter:{meter:D5}";

    /// <summary>The readings of one day, the same ones each time.</summary>
    public static IEnumerable<(DateTimeOffset At, string Value)> Day(int meter, int day)
    {
        var random = new Random(meter * 1000 + day);
        var total = meter * 100 + day * 24.0;
        for (var i = 0; i < PerDay; i++)
        {
            total += random.NextDouble() / 2;
            yield return (Start.AddDays(day).AddMinutes(i * 15), total.ToString("F2", CultureInfo.InvariantCulture));
        }
    }

    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
