using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartCity.Adapters.Mapping;

internal enum ValueForm
{
    /// <summary>As it comes: text stays text, a JSON number stays a number.</summary>
    Same,
    Text,
    Number,
    Integer,
    Boolean,
    DateTime,
    Json,
}

internal enum Unmapped
{
    Reject,
    Keep,
    Omit,
}

/// <summary>From a message to one JSON value; exactly one of From, Text, Constant and Members is set.</summary>
internal sealed record ValueRule
{
    internal MessagePath? From { get; init; }

    internal Template? Text { get; init; }

    internal JsonNode? Constant { get; init; }

    /// <summary>The members of an object, such as an address.</summary>
    internal IReadOnlyDictionary<string, ValueRule>? Members { get; init; }

    internal ValueForm As { get; init; }

    internal NumberFormat Numbers { get; init; } = NumberFormat.Plain;

    internal TimeFormat Times { get; init; } = TimeFormat.Default;

    internal EmptyValues Empty { get; init; } = EmptyValues.OnlyBlank;

    internal decimal Scale { get; init; } = 1;

    internal decimal Offset { get; init; }

    internal int? Round { get; init; }

    internal IReadOnlyDictionary<string, JsonNode>? Map { get; init; }

    internal Unmapped Unmapped { get; init; }

    /// <summary>Parts one text into a list.</summary>
    internal string? Split { get; init; }

    internal bool IsConstant => Constant is not null;

    internal IEnumerable<MessagePath> Paths =>
        From is not null ? [From] : Text?.Paths ?? Members?.Values.SelectMany(m => m.Paths) ?? [];

    internal Mapped Evaluate(Message message)
    {
        if (Constant is not null) return new Mapped(Constant.DeepClone(), null);
        if (Members is not null) return EvaluateMembers(message);
        if (Text is not null)
            return Text.Fill(message, Empty, asUri: false, out _) is { } filled ? Convert(MessageValue.Of(filled)) : default;

        var value = message.Find(From!);
        if (Empty.IsEmpty(value)) return default;
        return Split is null ? Convert(value) : ConvertList(value.Text.Split(Split, StringSplitOptions.TrimEntries));
    }

    private Mapped EvaluateMembers(Message message)
    {
        var filled = new JsonObject();
        var said = Members!.Values.All(m => m.IsConstant);
        foreach (var (name, rule) in Members)
        {
            var (node, problem) = rule.Evaluate(message);
            if (problem is not null) return Mapped.Bad($"{name}: {problem}");
            if (node is null) continue;
            filled[name] = node;
            said |= !rule.IsConstant;
        }

        return said ? new Mapped(filled, null) : default;
    }

    private Mapped ConvertList(string[] texts)
    {
        var list = new JsonArray();
        foreach (var text in texts)
        {
            var value = MessageValue.Of(text);
            if (Empty.IsEmpty(value)) continue;
            var (node, problem) = Convert(value);
            if (problem is not null) return Mapped.Bad(problem);
            if (node is not null) list.Add(node);
        }

        return list.Count > 0 ? new Mapped(list, null) : default;
    }

    private Mapped Convert(in MessageValue value)
    {
        if (Map is not null)
        {
            if (Map.TryGetValue(value.Text.Trim(), out var mapped)) return new Mapped(mapped.DeepClone(), null);
            if (Unmapped == Unmapped.Omit) return default;
            if (Unmapped == Unmapped.Reject) return Mapped.Bad($"'{value.Text}' is not in the map");
        }

        return As switch
        {
            ValueForm.Same => Same(value),
            ValueForm.Text => Node(value.Text.Trim()),
            ValueForm.Number => Number(value),
            ValueForm.Integer => Number(value) is { Problem: null } number ? Whole(number, value) : Number(value),
            ValueForm.Boolean => value.Text.Trim().ToUpperInvariant() switch
            {
                "TRUE" or "1" => Node(true),
                "FALSE" or "0" => Node(false),
                _ => Mapped.Bad($"'{value.Text}' is not a boolean"),
            },
            // ETSI GS CIM 009 4.6.3: a DateTime as a value is a typed JSON-LD value.
            ValueForm.DateTime => Times.TryRead(value, out var time)
                ? Node(new JsonObject { ["@type"] = "DateTime", ["@value"] = TimeFormat.Write(time) })
                : Mapped.Bad($"'{value.Text}' is not a time in the format {Times.Pattern}"),
            _ => Parse(value),
        };
    }

    private static Mapped Same(in MessageValue value) => value.Kind switch
    {
        MessageValueKind.Text or MessageValueKind.Time => Node(value.Text.Trim()),
        MessageValueKind.Boolean => Node(value.Text == "true"),
        _ => Parse(value),
    };

    private Mapped Number(in MessageValue value)
    {
        // A JSON number is written as JSON does, whatever the source's texts look like.
        var format = value.Kind == MessageValueKind.Number ? NumberFormat.Plain : Numbers;
        if (!format.TryParse(value.Text, out var number)) return Mapped.Bad($"'{value.Text}' is not a number");
        try
        {
            number = (number * Scale) + Offset;
        }
        catch (OverflowException)
        {
            return Mapped.Bad($"'{value.Text}' is too large");
        }

        if (Round is { } digits) number = decimal.Round(number, digits, MidpointRounding.AwayFromZero);
        return Node(JsonNode.Parse(number.ToString("G29", CultureInfo.InvariantCulture))!);
    }

    private static Mapped Whole(Mapped number, in MessageValue value) =>
        number.Node!.ToJsonString().AsSpan().ContainsAny('.', 'E')
            ? Mapped.Bad($"'{value.Text}' is not an integer")
            : number;

    private static Mapped Parse(in MessageValue value)
    {
        try
        {
            return JsonNode.Parse(value.Text) is { } node ? Node(node) : default;
        }
        catch (JsonException)
        {
            return Mapped.Bad($"'{value.Text}' is not JSON");
        }
    }

    private static Mapped Node(JsonNode node) => new(node, null);
}

/// <summary>A value, nothing (the attribute is left out), or why there is none.</summary>
internal readonly record struct Mapped(JsonNode? Node, string? Problem)
{
    internal static Mapped Bad(string problem) => new(null, problem);
}
