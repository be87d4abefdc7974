using System.Text.Json;

namespace SmartCity.Adapters.Mapping;

/// <summary>What a source has received, as the mapping sees it.</summary>
internal abstract class Message
{
    internal static readonly IReadOnlyDictionary<string, MessageValue> NoVariables = new Dictionary<string, MessageValue>();

    /// <summary>What is known beside the content, such as <c>@device</c>, <c>@topic</c>, <c>@file</c>, <c>@line</c>.</summary>
    internal IReadOnlyDictionary<string, MessageValue> Variables { get; init; } = NoVariables;

    internal MessageValue Find(MessagePath path) =>
        path.Variable is { } variable ? Variables.GetValueOrDefault(variable) : FindInContent(path);

    protected abstract MessageValue FindInContent(MessagePath path);

    /// <summary>The names and values at the top, for rules that take what no other rule names.</summary>
    internal abstract IEnumerable<KeyValuePair<string, MessageValue>> Members();

    /// <summary>One message for each item of the array at the path; none where there is no array.</summary>
    internal abstract IEnumerable<Message> Each(MessagePath path);

    internal abstract Message With(IReadOnlyDictionary<string, MessageValue> variables);

    /// <summary>The content as text, for logs and dead letters.</summary>
    internal abstract string Describe();
}

/// <summary>A JSON document, or one item of an array in it.</summary>
internal sealed class JsonMessage(JsonElement root, JsonElement item) : Message
{
    internal JsonMessage(JsonElement root) : this(root, root)
    {
    }

    protected override MessageValue FindInContent(MessagePath path)
    {
        var at = Locate(path);
        return at is { } found ? MessageValue.Of(found) : MessageValue.Missing;
    }

    internal override IEnumerable<KeyValuePair<string, MessageValue>> Members() =>
        item.ValueKind == JsonValueKind.Object
            ? item.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, MessageValue.Of(m.Value)))
            : [];

    internal override IEnumerable<Message> Each(MessagePath path) =>
        Locate(path) is { ValueKind: JsonValueKind.Array } array
            ? array.EnumerateArray().Select(i => new JsonMessage(root, i) { Variables = Variables })
            : [];

    internal override Message With(IReadOnlyDictionary<string, MessageValue> variables) =>
        new JsonMessage(root, item) { Variables = variables };

    internal override string Describe() => item.GetRawText();

    private JsonElement? Locate(MessagePath path)
    {
        var at = path.FromRoot ? root : item;
        foreach (var step in path.Steps)
        {
            if (step.Name is { } name)
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
            }
            else
            {
                if (at.ValueKind != JsonValueKind.Array || step.Index >= at.GetArrayLength()) return null;
                at = at[step.Index];
            }
        }

        return at;
    }
}

/// <summary>A row of a table with named columns.</summary>
/// <param name="columns">Column name to position.</param>
/// <param name="cells">May be replaced by typed values by the source.</param>
/// <param name="raw">The row as it stood in the file.</param>
internal sealed class RowMessage(IReadOnlyDictionary<string, int> columns, MessageValue[] cells, string raw) : Message
{
    protected override MessageValue FindInContent(MessagePath path) =>
        columns.TryGetValue(path.Text, out var at) ? cells[at] : MessageValue.Missing;

    internal override IEnumerable<KeyValuePair<string, MessageValue>> Members() =>
        columns.Select(c => KeyValuePair.Create(c.Key, cells[c.Value]));

    internal override IEnumerable<Message> Each(MessagePath path) => [];

    internal override Message With(IReadOnlyDictionary<string, MessageValue> variables) =>
        new RowMessage(columns, cells, raw) { Variables = variables };

    internal override string Describe() => raw;
}
