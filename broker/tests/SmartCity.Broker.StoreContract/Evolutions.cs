using System.Globalization;
using System.Text;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.StoreContract;

/// <summary>Small evolutions for tests.</summary>
public static class Evolutions
{
    /// <summary>The first minute of 2020.</summary>
    public static DateTimeOffset Start { get; } = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TemporalEntity Of(string id, params Attribute[] instances) => new()
    {
        Id = id,
        Types = [Writes.Vehicle],
        Instances = [.. instances.Select(instance => new AttributeInstance(instance))],
    };

    /// <summary>A number so many minutes after the start.</summary>
    public static Property At(int minute, double value, string name = Writes.Speed, string? dataset = null) =>
        Writes.Number(name, value) with { ObservedAt = Time(minute), DatasetId = dataset };

    public static Timestamp Time(int minute) => Parse(
        Start.AddMinutes(minute).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public static Timestamp Parse(string text) => Timestamp.TryParse(text, out var time) ? time : throw new FormatException(text);

    public static InstanceRange Between(int from, int to, TimeProperty property = TimeProperty.ObservedAt) =>
        new(property, Start.AddMinutes(from).UtcTicks, Start.AddMinutes(to).UtcTicks);

    public static string Value(StoredInstance instance) => Encoding.UTF8.GetString(instance.Attribute.Value);
}
