using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SmartCity.Adapters.Mapping;

/// <summary>How one Entity, or with <see cref="Each"/> one per item of an array, comes out of a message.</summary>
internal sealed partial record EntityRule
{
    internal required Template Id { get; init; }

    internal required IReadOnlyList<string> Types { get; init; }

    internal IReadOnlyList<Template> Scopes { get; init; } = [];

    internal MessagePath? Each { get; init; }

    internal EmptyValues Empty { get; init; } = EmptyValues.OnlyBlank;

    internal IReadOnlyList<Condition> When { get; init; } = [];

    internal IReadOnlyList<AttributeRule> Attributes { get; init; } = [];

    /// <summary>What becomes of the members that no rule names: one Property each by its own name, or nothing.</summary>
    internal OthersRule? Others { get; init; }

    /// <summary>What must be in the header of a table for this rule to work.</summary>
    internal IEnumerable<MessagePath> Paths =>
        Id.Paths.Concat(Scopes.SelectMany(s => s.Paths))
            .Concat(When.Select(w => w.From))
            .Concat(Attributes.SelectMany(a => a.Paths))
            .Concat(Others?.ObservedAt is { } time ? [time.From] : []);

    internal IEnumerable<MappedEntity> Evaluate(Message message, ICollection<string> problems)
    {
        foreach (var item in Each is null ? [message] : message.Each(Each))
            if (When.All(w => w.Holds(item)) && EvaluateOne(item, problems) is { } entity) yield return entity;
    }

    private MappedEntity? EvaluateOne(Message message, ICollection<string> problems)
    {
        var id = Id.Fill(message, Empty, asUri: true, out var missing);
        if (id is null)
        {
            problems.Add($"id: '{missing!.Text}' has no value");
            return null;
        }

        var attributes = new JsonObject();
        var before = problems.Count;
        var measured = Attributes.Count == 0 && Others is null;
        foreach (var rule in Attributes)
        {
            if (rule.Evaluate(message, problems) is not { } attribute) continue;
            Add(attributes, rule.Name, attribute);
            measured |= !rule.IsConstant;
        }

        if (Others is not null) measured |= AddOthers(message, attributes, problems);
        if (problems.Count > before) return null;

        // Only constants: the message says nothing about this Entity.
        if (!measured && !Attributes.All(a => a.IsConstant)) return null;
        return new MappedEntity(id, Write(id, message, attributes));
    }

    private byte[] Write(string id, Message message, JsonObject attributes)
    {
        var entity = new JsonObject
        {
            ["id"] = id,
            ["type"] = Types.Count == 1 ? Types[0] : new JsonArray([.. Types.Select(t => (JsonNode)t)]),
        };
        var scopes = Scopes.Select(s => s.Fill(message, Empty, asUri: false, out _)).OfType<string>().ToList();
        if (scopes.Count > 0) entity["scope"] = scopes.Count == 1 ? scopes[0] : new JsonArray([.. scopes.Select(s => (JsonNode)s)]);
        foreach (var (name, attribute) in attributes.ToList())
        {
            attributes.Remove(name);
            entity[name] = attribute;
        }

        return Json.Bytes(entity);
    }

    /// <summary>A second instance, told apart by its datasetId, makes an array (ETSI GS CIM 009 4.5.5).</summary>
    private static void Add(JsonObject attributes, string name, JsonObject attribute)
    {
        if (attributes[name] is JsonArray instances) instances.Add(attribute);
        else if (attributes[name] is { } first)
        {
            attributes.Remove(name);
            attributes[name] = new JsonArray(first, attribute);
        }
        else attributes[name] = attribute;
    }

    private bool AddOthers(Message message, JsonObject attributes, ICollection<string> problems)
    {
        var any = false;
        foreach (var (name, value) in message.Members())
        {
            if (Others!.Known.Contains(name) || attributes.ContainsKey(name) || Empty.IsEmpty(value)) continue;
            if (!NamePattern().IsMatch(name))
            {
                problems.Add($"'{name}' cannot be the name of an attribute");
                continue;
            }

            var rule = Others.RuleFor(name);
            if (rule.Evaluate(message, problems) is not { } attribute) continue;
            attributes[name] = attribute;
            any = true;
        }

        return any;
    }

    /// <summary>ETSI GS CIM 009 4.6.2.</summary>
    [GeneratedRegex(@"^(\p{L}[\p{N}\p{L}_]*:)?\p{L}[\p{N}\p{L}_]*$")]
    internal static partial Regex NamePattern();
}

/// <summary>Turns members that no rule names into Properties.</summary>
/// <param name="Known">The members that are spoken for.</param>
internal sealed record OthersRule(IReadOnlySet<string> Known, TimeRule? ObservedAt, EmptyValues Empty)
{
    internal AttributeRule RuleFor(string name) => new()
    {
        Name = name,
        Value = new ValueRule { From = MessagePath.OfMember(name), Empty = Empty },
        ObservedAt = ObservedAt,
        Empty = Empty,
    };
}
