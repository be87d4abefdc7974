using System.Text.Json.Nodes;

namespace SmartCity.Adapters.Mapping;

/// <summary>The kinds of Attributes (ETSI GS CIM 009 4.5.2 to 4.5.24).</summary>
internal enum AttributeKind
{
    Property,
    Relationship,
    GeoProperty,
    LanguageProperty,
    VocabProperty,
    JsonProperty,
    ListProperty,
    ListRelationship,
}

/// <summary>How one Attribute comes out of a message.</summary>
internal sealed record AttributeRule
{
    internal required string Name { get; init; }

    internal AttributeKind Kind { get; init; }

    /// <summary>Null where the value comes from longitude and latitude, or from the languages.</summary>
    internal ValueRule? Value { get; init; }

    internal ValueRule? Longitude { get; init; }

    internal ValueRule? Latitude { get; init; }

    /// <summary>Language tag (RFC 5646) to its text.</summary>
    internal IReadOnlyDictionary<string, ValueRule>? Languages { get; init; }

    /// <summary>UN/CEFACT common code, such as CEL.</summary>
    internal string? UnitCode { get; init; }

    internal TimeRule? ObservedAt { get; init; }

    internal Template? DatasetId { get; init; }

    internal EmptyValues Empty { get; init; } = EmptyValues.OnlyBlank;

    internal IReadOnlyList<Condition> When { get; init; } = [];

    internal IReadOnlyList<AttributeRule> SubAttributes { get; init; } = [];

    internal bool IsConstant => Value?.IsConstant ?? false;

    internal IEnumerable<MessagePath> Paths =>
        Values.SelectMany(v => v.Paths)
            .Concat(ObservedAt is null ? [] : [ObservedAt.From])
            .Concat(DatasetId?.Paths ?? [])
            .Concat(When.Select(w => w.From))
            .Concat(SubAttributes.SelectMany(s => s.Paths));

    private IEnumerable<ValueRule> Values =>
        new[] { Value, Longitude, Latitude }.OfType<ValueRule>().Concat(Languages?.Values ?? []);

    /// <returns>The Attribute in normalized representation; null where the message has no value for it.</returns>
    internal JsonObject? Evaluate(Message message, ICollection<string> problems)
    {
        if (!When.All(w => w.Holds(message))) return null;

        var value = Languages is not null ? EvaluateLanguages(message) : Longitude is not null ? EvaluatePoint(message) : Wrap(Value!.Evaluate(message));
        if (value.Problem is { } problem) problems.Add($"{Name}: {problem}");
        if (value.Node is null) return null;

        var attribute = new JsonObject { ["type"] = Kind.ToString(), [ValueMember] = value.Node };
        if (UnitCode is not null) attribute["unitCode"] = UnitCode;
        if (ObservedAt?.Evaluate(message, problems, Name) is { } observedAt) attribute["observedAt"] = observedAt;
        if (DatasetId?.Fill(message, Empty, asUri: true, out _) is { } datasetId) attribute["datasetId"] = datasetId;
        foreach (var sub in SubAttributes)
            if (sub.Evaluate(message, problems) is { } evaluated) attribute[sub.Name] = evaluated;
        return attribute;
    }

    private string ValueMember => Kind switch
    {
        AttributeKind.Relationship => "object",
        AttributeKind.LanguageProperty => "languageMap",
        AttributeKind.VocabProperty => "vocab",
        AttributeKind.JsonProperty => "json",
        AttributeKind.ListProperty => "valueList",
        AttributeKind.ListRelationship => "objectList",
        _ => "value",
    };

    private Mapped Wrap(Mapped value)
    {
        if (value.Node is null) return value;
        return Kind switch
        {
            AttributeKind.GeoProperty => value.Node is JsonObject ? value : Mapped.Bad("the value is not a GeoJSON geometry"),
            AttributeKind.LanguageProperty when value.Node is not JsonObject => Mapped.Bad("the value is not an object of languages"),
            AttributeKind.ListProperty when value.Node is not JsonArray => new Mapped(new JsonArray(value.Node), null),
            AttributeKind.ListRelationship => new Mapped(new JsonArray(
                [.. Items(value.Node).Select(i => new JsonObject { ["object"] = i.DeepClone() })]), null),
            _ => value,
        };
    }

    private static IEnumerable<JsonNode> Items(JsonNode node) => node is JsonArray array ? array.OfType<JsonNode>() : [node];

    private Mapped EvaluateLanguages(Message message)
    {
        var map = new JsonObject();
        foreach (var (language, rule) in Languages!)
        {
            var text = rule.Evaluate(message);
            if (text.Problem is not null) return text;
            if (text.Node is not null) map[language] = text.Node;
        }

        return map.Count > 0 ? new Mapped(map, null) : default;
    }

    private Mapped EvaluatePoint(Message message)
    {
        var longitude = Longitude!.Evaluate(message);
        var latitude = Latitude!.Evaluate(message);
        if (longitude.Problem is not null) return longitude;
        if (latitude.Problem is not null) return latitude;
        if (longitude.Node is null || latitude.Node is null) return default;

        if (Math.Abs(longitude.Node.GetValue<decimal>()) > 180) return Mapped.Bad($"longitude {longitude.Node} is not within -180 and 180");
        if (Math.Abs(latitude.Node.GetValue<decimal>()) > 90) return Mapped.Bad($"latitude {latitude.Node} is not within -90 and 90");
        return new Mapped(
            new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(longitude.Node, latitude.Node) }, null);
    }
}
