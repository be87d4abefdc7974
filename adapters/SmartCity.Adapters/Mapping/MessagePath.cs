using System.Globalization;

namespace SmartCity.Adapters.Mapping;

/// <summary>
/// Where a value stands in a message: <c>a.b[0]["x.y"]</c>. In a table the whole text is the name of a column.
/// <c>$.a</c> starts at the whole message instead of the item of an <c>each</c>; <c>@name</c> is a variable of the source.
/// </summary>
internal sealed record MessagePath
{
    private MessagePath(string text, IReadOnlyList<PathStep> steps, bool fromRoot, string? variable)
    {
        Text = text;
        Steps = steps;
        FromRoot = fromRoot;
        Variable = variable;
    }

    internal string Text { get; }

    internal IReadOnlyList<PathStep> Steps { get; }

    internal bool FromRoot { get; }

    internal string? Variable { get; }

    /// <summary>The member or column of exactly this name.</summary>
    internal static MessagePath OfMember(string name) => new(name, [new PathStep(name, -1)], false, null);

    /// <summary>Null where the text is no path.</summary>
    internal static MessagePath? Parse(string text)
    {
        if (text.StartsWith('@')) return text.Length > 1 ? new(text, [], false, text[1..]) : null;

        var steps = new List<PathStep>();
        var fromRoot = text is "$" || text.StartsWith("$.", StringComparison.Ordinal)
            || text.StartsWith("$[", StringComparison.Ordinal);
        var at = fromRoot ? 1 : 0;
        while (at < text.Length)
        {
            if (text[at] == '[')
            {
                var end = text.IndexOf(']', at);
                if (end < 0 || !TryStep(text.AsSpan(at + 1, end - at - 1), out var step)) return null;
                steps.Add(step);
                at = end + 1;
                if (at < text.Length && text[at] is not ('.' or '[')) return null;
                continue;
            }

            if (text[at] == '.')
            {
                if (at == 0 || ++at == text.Length || text[at] is '.' or '[') return null;
            }

            var stop = text.AsSpan(at).IndexOfAny('.', '[');
            stop = stop < 0 ? text.Length : at + stop;
            steps.Add(new PathStep(text[at..stop], -1));
            at = stop;
        }

        return steps.Count > 0 || fromRoot ? new(text, steps, fromRoot, null) : null;
    }

    private static bool TryStep(ReadOnlySpan<char> inside, out PathStep step)
    {
        step = default;
        if (inside.Length >= 2 && inside[0] is '"' or '\'' && inside[^1] == inside[0])
        {
            step = new PathStep(inside[1..^1].ToString(), -1);
            return inside.Length > 2;
        }

        if (!int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return false;
        step = new PathStep(null, index);
        return true;
    }
}

/// <summary>A member by name, or an item by index.</summary>
internal readonly record struct PathStep(string? Name, int Index);
