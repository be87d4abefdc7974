using System.Text.Json.Nodes;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Cities;

/// <summary>Reads templates, paths, times, conditions and values.</summary>
internal static class ValueReader
{
    internal static Template? ReadTemplate(YamlSection section, string key, bool required = false)
    {
        var text = required ? section.Required(key) : section.Text(key);
        return text is null ? null : Parse(section, key, text);
    }

    internal static Template Parse(YamlSection section, string key, string text)
    {
        if (Template.Parse(text, out var error) is { } template) return template;
        section.Report(key, error!);
        return Template.Parse("", out _)!;
    }

    internal static MessagePath? ReadPath(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text) return null;
        if (MessagePath.Parse(text) is { } path) return path;
        section.Report(key, $"'{text}' is not a path such as a.b[0][\"c d\"]");
        return null;
    }

    internal static TimeZoneInfo ReadZone(YamlSection section, TimeZoneInfo fallback)
    {
        if (section.Text("zone") is not { } name) return fallback;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        section.Report("zone", $"'{name}' is not a time zone such as Europe/Ljubljana");
        return fallback;
    }

    /// <summary><c>none</c>, a path, or a section with from, format and zone; absent: the default of the file.</summary>
    internal static TimeRule? ReadObservedAt(YamlSection section, ValueDefaults defaults)
    {
        const string Key = "observedAt";
        if (!section.Has(Key)) return defaults.ObservedAt;
        if (section.IsText(Key))
        {
            if (section.Text(Key) is "none") return null;
            var format = defaults.ObservedAt?.Format ?? TimeFormat.Default with { Zone = defaults.Zone };
            return ReadPath(section, Key) is { } path ? new TimeRule(path, format, defaults.Empty) : null;
        }

        if (section.Section(Key) is not { } time) return null;
        var from = ReadPath(time, "from");
        if (from is null && !time.Has("from")) time.Report("from", "'from' is missing");
        var rule = from is null ? null : new TimeRule(from, ReadTimeFormat(time, defaults), defaults.Empty);
        time.ReportUnknown();
        return rule;
    }

    internal static TimeFormat ReadTimeFormat(YamlSection section, ValueDefaults defaults)
    {
        var zone = ReadZone(section, defaults.Zone);
        var pattern = section.Text("format") ?? TimeFormat.Iso;
        var format = new TimeFormat(pattern, zone);
        if (pattern is TimeFormat.Iso or TimeFormat.Unix or TimeFormat.UnixMilliseconds) return format;

        // A pattern that cannot read what it writes is a slip; one without a date would borrow today's.
        var sample = new DateTime(2026, 11, 20, 15, 42, 0, DateTimeKind.Unspecified);
        try
        {
            var written = sample.ToString(pattern, System.Globalization.CultureInfo.InvariantCulture);
            var hasDate = new[] { 'y', 'M', 'd' }.All(pattern.Contains);
            if (hasDate && format.TryParse(written, out _)) return format;
        }
        catch (FormatException)
        {
            // Reported below.
        }

        section.Report("format", $"'{pattern}' is not iso, unix, unix-ms or a pattern with year, month and day such as d.M.yyyy H:mm");
        return format;
    }

    internal static IReadOnlyList<Condition> ReadConditions(YamlSection section, ValueDefaults defaults)
    {
        var conditions = new List<Condition>();
        foreach (var when in section.Sections("when"))
        {
            var from = ReadPath(when, "from");
            if (from is null && !when.Has("from")) when.Report("from", "'from' is missing");
            var condition = new Condition(
                from ?? MessagePath.OfMember(""), when.Texts("is"), when.Texts("not"), when.Flag("present"), defaults.Empty);
            if (condition is { Is: null, Not: null, Present: null })
                when.Report("from", "the condition says neither 'is' nor 'not' nor 'present'");
            when.ReportUnknown();
            conditions.Add(condition);
        }

        return conditions;
    }

    /// <summary>The value of a key that is a path or a section such as <c>{from: x, scale: 0.1}</c>.</summary>
    internal static ValueRule? ReadShort(YamlSection section, string key, ValueDefaults defaults, ValueForm type)
    {
        if (!section.Has(key)) return null;
        if (section.IsText(key))
            return ReadPath(section, key) is { } path
                ? new ValueRule { From = path, As = type, Numbers = defaults.Numbers, Empty = defaults.Empty }
                : null;
        if (section.Section(key) is not { } value) return null;
        var rule = ReadValue(value, defaults, type);
        value.ReportUnknown();
        return rule;
    }

    /// <param name="section">Holds from, text or value, and how to convert it.</param>
    /// <param name="type">Where the section does not say one.</param>
    internal static ValueRule? ReadValue(YamlSection section, ValueDefaults defaults, ValueForm type = ValueForm.Same)
    {
        var from = ReadPath(section, "from");
        var text = ReadTemplate(section, "text");
        var constant = section.Json("value");
        var members = ReadMembers(section, defaults);
        var sources = new[] { "from", "text", "value", "members" }.Where(section.Has).ToList();
        if (sources.Count != 1)
        {
            var message = sources.Count == 0
                ? "the value comes from nowhere: 'from', 'text', 'value' or 'members' is missing"
                : $"'{sources[0]}' and '{sources[1]}' cannot both give the value";
            section.Report(sources.LastOrDefault() ?? "from", message);
            return null;
        }

        if (section.Has("value") && constant is null) section.Report("value", "null is not a value: leave the attribute out");
        var numeric = new[] { "scale", "offset", "round", "numbers" }.Any(section.Has);
        var rule = new ValueRule
        {
            From = from,
            Text = text,
            Constant = constant,
            Members = members,
            As = section.Choice<ValueForm>("as") ?? (numeric ? ValueForm.Number : type),
            Numbers = defaults.Numbers,
            Times = ReadTimeFormat(section, defaults),
            Empty = section.Texts("empty") is { } empty ? new EmptyValues(empty) : defaults.Empty,
            Scale = section.Number("scale") ?? 1,
            Offset = section.Number("offset") ?? 0,
            Round = section.Integer("round"),
            Map = ReadMap(section),
            Unmapped = section.Choice<Unmapped>("unmapped") ?? Unmapped.Reject,
            Split = section.Text("split"),
        };
        section.Validate(rule, ValueRuleValidator.Instance);
        return constant is null && section.Has("value") ? null : rule;
    }

    private static Dictionary<string, ValueRule>? ReadMembers(YamlSection section, ValueDefaults defaults)
    {
        if (section.Section("members") is not { } list) return null;
        var members = new Dictionary<string, ValueRule>(StringComparer.Ordinal);
        foreach (var name in list.Keys)
            if (ReadShort(list, name, defaults, ValueForm.Same) is { } rule) members[name] = rule;
        return members;
    }

    private static Dictionary<string, JsonNode>? ReadMap(YamlSection section)
    {
        if (section.Section("map") is not { } list) return null;
        var map = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var key in list.Keys)
        {
            if (list.Json(key) is { } value) map[key] = value;
            else list.Report(key, $"'{key}' is mapped to nothing; to leave it out use unmapped: omit, or name it in 'empty'");
        }

        return map;
    }
}
