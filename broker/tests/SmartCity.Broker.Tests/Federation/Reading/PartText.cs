using System.Collections.Immutable;
using System.Globalization;
using SmartCity.Broker.Federation.Reading;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Tests.Federation.Reading;

/// <summary>
/// Parts of Entities for tables: <c>A,B /scope !9 c1 m2 : speed@urn:d=1 o5 m3 !7; name=x</c> has types, a scope, a time at which it expires,
/// system times, and Attributes with a datasetId, a value and the times of observation, modification and expiry. A <c>~</c> makes the part
/// auxiliary. Times are minutes; 0 is not told.
/// </summary>
internal static class PartText
{
    private static readonly DateTimeOffset Start = new(2024, 5, 1, 0, 0, 0, TimeSpan.Zero);

    public static long Ticks(int minute) => At(minute).UtcTicks;

    public static EntityPart Part(string text)
    {
        var halves = text.Split(':', 2);
        var words = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var entity = new Entity
        {
            Id = "urn:x:1",
            Types = [.. words[0].Split(',')],
            Scopes = [.. words.Where(word => word[0] == '/')],
            ExpiresAt = Time(words, '!'),
            CreatedAt = Time(words, 'c')?.Value ?? default,
            ModifiedAt = Time(words, 'm')?.Value ?? default,
            Attributes = halves.Length == 1 ? [] : [.. halves[1].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Instance)],
        };
        return new(entity, words.Contains("~"));
    }

    public static string Write(Entity? entity)
    {
        if (entity is null) return "";
        IEnumerable<string?> head =
        [
            string.Join(',', entity.Types), .. entity.Scopes, Minute('!', entity.ExpiresAt?.Value), Minute('c', entity.CreatedAt), Minute('m', entity.ModifiedAt),
        ];
        var text = string.Join(' ', head.OfType<string>());
        return entity.Attributes.IsEmpty ? text : $"{text} : {string.Join("; ", entity.Attributes.Select(Write))}";
    }

    private static string Write(Attribute attribute)
    {
        var name = attribute.DatasetId is { } dataset ? $"{attribute.Name}@{dataset}" : attribute.Name;
        IEnumerable<string?> words =
        [
            $"{name}={((Property)attribute).Value}", Minute('o', attribute.ObservedAt?.Value), Minute('m', attribute.ModifiedAt), Minute('!', attribute.ExpiresAt?.Value),
        ];
        return string.Join(' ', words.OfType<string>());
    }

    private static Attribute Instance(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var pair = words[0].Split('=');
        var name = pair[0].Split('@');
        return new Property
        {
            Name = name[0],
            DatasetId = name.Length > 1 ? name[1] : null,
            Value = JsonValue.Of(pair[1]),
            ObservedAt = Time(words, 'o'),
            ExpiresAt = Time(words, '!'),
            ModifiedAt = Time(words, 'm')?.Value ?? default,
        };
    }

    private static Timestamp? Time(string[] words, char kind)
    {
        foreach (var word in words.Skip(1))
        {
            if (word[0] == kind && int.TryParse(word.AsSpan(1), CultureInfo.InvariantCulture, out var minute)) return new(At(minute), word[1..]);
        }

        return null;
    }

    private static DateTimeOffset At(int minute) => Start.AddMinutes(minute);

    private static string? Minute(char kind, DateTimeOffset? time) =>
        time is null || time == default(DateTimeOffset) ? null : $"{kind}{(time.Value - Start).TotalMinutes}";
}
