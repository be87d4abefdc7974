using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Cities;

/// <summary>Reads the rules of attributes and their sub-attributes.</summary>
internal static class AttributeReader
{
    private static readonly string[] Reserved =
        ["id", "type", "scope", "@context", "value", "object", "unitCode", "observedAt", "datasetId", "createdAt", "modifiedAt", "deletedAt"];

    /// <param name="section">Attribute names with a section each, or a list of them for several instances.</param>
    internal static IEnumerable<AttributeRule> ReadAll(YamlSection section, ValueDefaults defaults)
    {
        foreach (var name in section.Keys)
        {
            if (Reserved.Contains(name)) section.Report(name, $"'{name}' cannot be the name of an attribute");
            else MappingReader.CheckName(section, name, name);

            if (section.IsText(name))
            {
                if (ValueReader.ReadShort(section, name, defaults, ValueForm.Same) is { } value)
                    yield return new AttributeRule
                    {
                        Name = name,
                        Value = value,
                        ObservedAt = defaults.ObservedAt,
                        Empty = defaults.Empty,
                    };
                continue;
            }

            foreach (var instance in section.Sections(name)) yield return Read(name, instance, defaults);
        }
    }

    private static AttributeRule Read(string name, YamlSection section, ValueDefaults defaults)
    {
        var longitude = ValueReader.ReadShort(section, "lon", defaults, ValueForm.Number);
        var latitude = ValueReader.ReadShort(section, "lat", defaults, ValueForm.Number);
        var isPoint = section.Has("lon") || section.Has("lat");
        var languages = ReadLanguages(section, defaults);
        var assumed = isPoint ? AttributeKind.GeoProperty : languages is not null ? AttributeKind.LanguageProperty : AttributeKind.Property;
        var kind = section.Choice<AttributeKind>("kind") ?? assumed;
        var value = isPoint || languages is not null ? null : ValueReader.ReadValue(section, defaults, TypeOf(kind));
        if (isPoint && kind != AttributeKind.GeoProperty) section.Report("kind", $"'lon' and 'lat' make a GeoProperty, not a {kind}");
        if (isPoint && (longitude is null || latitude is null)) section.Report("lon", "'lon' and 'lat' go together");
        if (languages is not null && kind != AttributeKind.LanguageProperty)
            section.Report("kind", $"'languages' makes a LanguageProperty, not a {kind}");

        // A constant is not an observation.
        var observed = value?.IsConstant ?? false ? defaults with { ObservedAt = null } : defaults;
        var subDefaults = defaults with { ObservedAt = null };
        var rule = new AttributeRule
        {
            Name = name,
            Kind = kind,
            Value = value ?? (isPoint || languages is not null ? null : new ValueRule { Constant = "" }),
            Longitude = longitude,
            Latitude = isPoint ? latitude ?? longitude : null,
            Languages = languages,
            UnitCode = section.Text("unitCode"),
            ObservedAt = ValueReader.ReadObservedAt(section, observed),
            DatasetId = ValueReader.ReadTemplate(section, "datasetId"),
            Empty = defaults.Empty,
            When = ValueReader.ReadConditions(section, defaults),
            SubAttributes = section.Section("attributes") is { } subs ? [.. ReadAll(subs, subDefaults)] : [],
        };
        if (rule.UnitCode is not null && kind is not (AttributeKind.Property or AttributeKind.ListProperty))
            section.Report("unitCode", $"a {kind} has no unitCode");
        section.ReportUnknown();
        return rule;
    }

    private static Dictionary<string, ValueRule>? ReadLanguages(YamlSection section, ValueDefaults defaults)
    {
        if (section.Section("languages") is not { } list) return null;
        var languages = new Dictionary<string, ValueRule>(StringComparer.Ordinal);
        foreach (var language in list.Keys)
            if (ValueReader.ReadShort(list, language, defaults, ValueForm.Text) is { } rule) languages[language] = rule;
        if (languages.Count == 0) section.Report("languages", "'languages' names no language");
        return languages;
    }

    private static ValueForm TypeOf(AttributeKind kind) =>
        kind is AttributeKind.GeoProperty or AttributeKind.JsonProperty ? ValueForm.Json : ValueForm.Same;
}
