using System.Text.Json;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Subscriptions;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>Where, when and how a source may be asked: members of a registration that are values of their own.</summary>
internal sealed class SourceMembers(MemberReader members)
{
    // For a cache, a month need not be exact.
    private const long TicksOfMonth = 30 * TimeSpan.TicksPerDay;

    /// <summary>ETSI GS CIM 009 4.7.</summary>
    public JsonValue? Geometry(JsonElement? value, string name)
    {
        if (value is not { } given) return null;
        var json = JsonSerializer.SerializeToUtf8Bytes(given);
        if (GeometrySyntax.Check(json, out _) is not { } wrong) return new JsonValue(json);
        members.Problem(name, wrong);
        return null;
    }

    /// <summary>ETSI GS CIM 009 5.2.11.</summary>
    public TimeInterval? Interval(JsonElement? value, TimeInterval? target, string place)
    {
        if (value is not { } given || !members.IsObject(given, place)) return null;
        var start = target?.StartAt;
        var end = target?.EndAt;
        foreach (var member in given.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            var one = members.Given(member.Value, name);
            switch (member.Name)
            {
                case "startAt": start = members.Time(one, name); break;
                case "endAt": end = members.Time(one, name); break;
                default: members.Problem(name, "is neither startAt nor endAt"); break;
            }
        }

        if (start is { } known) return new(known, end);
        if (!given.TryGetProperty("startAt", out _)) members.Problem($"{place}.startAt", "is missing");
        else if (members.Merging && members.Problems.Count == 0) members.Problem($"{place}.startAt", "cannot be removed");
        return null;
    }

    /// <summary>ETSI GS CIM 009 5.2.34.</summary>
    public RegistrationManagement Management(JsonElement? value, RegistrationManagement target, string place)
    {
        if (value is not { } given || !members.IsObject(given, place)) return RegistrationManagement.None;
        var read = target;
        foreach (var member in given.EnumerateObject())
        {
            var name = $"{place}.{member.Name}";
            var one = members.Given(member.Value, name);
            switch (member.Name)
            {
                case "localOnly": read = read with { LocalOnly = members.Boolean(one, name) }; break;
                case "cacheDuration": read = read with { CacheDuration = Duration(one, name, out var time), CacheFor = time }; break;
                case "timeout": read = read with { Timeout = members.Number(one, name) }; break;
                case "cooldown": read = read with { Cooldown = members.Number(one, name) }; break;
                default: members.Problem(name, "is not a member of RegistrationManagementInfo (ETSI GS CIM 009 5.2.34)"); break;
            }
        }

        return read;
    }

    /// <summary>An ISO 8601 duration, as given; a month counts 30 days.</summary>
    public string? Duration(JsonElement? value, string name, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        if (members.Text(value, name) is not { } text) return null;
        if (!PeriodDuration.Parse(text, name).TryGet(out var duration, out var error))
        {
            members.Problems.Add(error.Detail);
            return null;
        }

        time = new TimeSpan((long)Math.Min((decimal)duration.Months * TicksOfMonth + duration.Ticks, TimeSpan.MaxValue.Ticks));
        return text;
    }
}
