using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Cities;

/// <summary>Reads the mapping part of an adapter's file; adapters/README.md describes the language.</summary>
internal static class MappingReader
{
    /// <param name="section">The whole file.</param>
    /// <param name="defaultObservedAt">Where messages of this source usually carry their time, or null.</param>
    internal static EntityMapping Read(YamlSection section, string? defaultObservedAt)
    {
        var defaults = ReadDefaults(section, defaultObservedAt);
        var entities = section.Sections("entities").Select(e => ReadEntity(e, defaults)).ToList();
        var devices = new Dictionary<string, DeviceRule>(StringComparer.Ordinal);
        if (section.Section("devices") is { } list)
            foreach (var name in list.Keys)
                if (list.Section(name) is { } device) devices[name] = ReadDevice(device, defaults);

        if (entities.Count == 0 && !devices.Values.Any(d => d.Entities is not null))
            section.Report("entities", "'entities' is missing: no message can become an entity");
        return new EntityMapping
        {
            Entities = entities,
            Devices = devices,
            AcceptsUnknownDevices = section.Flag("unknownDevices") ?? true,
        };
    }

    private static ValueDefaults ReadDefaults(YamlSection section, string? defaultObservedAt)
    {
        var empty = section.Texts("empty") is { } texts ? new EmptyValues(texts) : EmptyValues.OnlyBlank;
        var numbers = section.Section("numbers") is { } format ? ReadNumbers(format) : NumberFormat.Plain;
        var zone = ValueReader.ReadZone(section, TimeZoneInfo.Utc);
        var defaults = new ValueDefaults(numbers, empty, zone, null);
        var fallback = defaultObservedAt is null ? null
            : new TimeRule(MessagePath.Parse(defaultObservedAt)!, TimeFormat.Default with { Zone = zone }, empty);
        return defaults with { ObservedAt = ValueReader.ReadObservedAt(section, defaults with { ObservedAt = fallback }) };
    }

    private static NumberFormat ReadNumbers(YamlSection section)
    {
        var point = Character(section, "decimal");
        var thousands = Character(section, "thousands");
        if (thousands == (point ?? '.')) section.Report("thousands", "'thousands' is the same as 'decimal'");
        section.ReportUnknown();
        return new NumberFormat(point ?? '.', thousands);
    }

    private static char? Character(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text) return null;
        if (text.Length != 1) section.Report(key, $"'{key}' is not one character");
        return text.FirstOrDefault('.');
    }

    private static DeviceRule ReadDevice(YamlSection section, ValueDefaults defaults)
    {
        var with = new Dictionary<string, MessageValue>(StringComparer.Ordinal);
        if (section.Section("with") is { } values)
            foreach (var name in values.Keys)
                if (values.Text(name) is { } text) with[name] = MessageValue.Of(text);
        var entities = section.Has("entities")
            ? section.Sections("entities").Select(e => ReadEntity(e, defaults)).ToList()
            : null;
        section.ReportUnknown();
        return new DeviceRule(with, entities);
    }

    private static EntityRule ReadEntity(YamlSection section, ValueDefaults defaults)
    {
        var id = ValueReader.ReadTemplate(section, "id", required: true)!;
        if (id.Text.Length > 0 && !id.Beginning.Contains(':', StringComparison.Ordinal) && id.Text[0] != '{')
            section.Report("id", $"'{id.Text}' is not a URI, such as urn:ngsi-ld:Device:{{device}}");

        var types = section.Texts("type") ?? [];
        if (types.Count == 0) section.Report("type", "'type' is missing");
        foreach (var type in types) CheckName(section, "type", type);

        var attributes = new List<AttributeRule>();
        if (section.Section("attributes") is { } list) attributes.AddRange(AttributeReader.ReadAll(list, defaults));
        else if (section.Flag("others") != true) section.Report("attributes", "'attributes' is missing");

        var rule = new EntityRule
        {
            Id = id,
            Types = types,
            Scopes = [.. (section.Texts("scope") ?? []).Select(t => ValueReader.Parse(section, "scope", t))],
            Each = ValueReader.ReadPath(section, "each"),
            When = ValueReader.ReadConditions(section, defaults),
            Empty = defaults.Empty,
            Attributes = attributes,
        };
        var others = section.Flag("others") == true;
        section.ReportUnknown();
        return others ? rule with { Others = OthersOf(rule, defaults) } : rule;
    }

    private static OthersRule OthersOf(EntityRule rule, ValueDefaults defaults)
    {
        var known = rule.Paths.Where(p => p.Variable is null && p.Steps.Count > 0).Select(p => p.Steps[0].Name).OfType<string>();
        var time = defaults.ObservedAt?.From is { Variable: null } path ? path.Steps[0].Name : null;
        return new OthersRule(
            known.Append(time ?? "").Concat(["id", "type"]).ToHashSet(StringComparer.Ordinal), defaults.ObservedAt, defaults.Empty);
    }

    internal static void CheckName(YamlSection section, string key, string name)
    {
        var isIri = name.Contains("://", StringComparison.Ordinal) || name.StartsWith("urn:", StringComparison.Ordinal);
        if (!isIri && !EntityRule.NamePattern().IsMatch(name))
            section.Report(key, $"'{name}' is not a valid name: letters, digits and _ only, a letter first (ETSI GS CIM 009 4.6.2)");
    }
}

/// <summary>What stands once in a file and holds for every value in it.</summary>
internal sealed record ValueDefaults(NumberFormat Numbers, EmptyValues Empty, TimeZoneInfo Zone, TimeRule? ObservedAt);
