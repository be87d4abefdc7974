namespace SmartCity.Broker.Contexts;

/// <summary>
/// The links of one Link header (RFC 8288 3), read as leniently as real programs write it: blanks anywhere or nowhere, several links,
/// quotes that never close.
/// </summary>
public ref struct LinkValues(ReadOnlySpan<char> header)
{
    private ReadOnlySpan<char> _rest = header;
    private ReadOnlySpan<char> _parameters = default;

    /// <summary>What the link points to, as it stands there.</summary>
    public ReadOnlySpan<char> Target { get; private set; } = default;

    public bool MoveNext()
    {
        var open = _rest.IndexOf('<');
        if (open < 0) return false;
        var length = _rest[(open + 1)..].IndexOf('>');
        if (length < 0) return false;
        Target = _rest.Slice(open + 1, length).Trim();
        _rest = _rest[(open + length + 2)..];
        var end = EndOfParameters(_rest);
        _parameters = _rest[..end];
        _rest = _rest[end..];
        return true;
    }

    /// <summary>Whether it is this that the link's relation says, perhaps among others.</summary>
    public readonly bool IsOf(string relation)
    {
        foreach (var part in _parameters.Split(';'))
        {
            var parameter = _parameters[part].Trim();
            var equals = parameter.IndexOf('=');
            if (equals < 0 || !parameter[..equals].TrimEnd().Equals("rel", StringComparison.OrdinalIgnoreCase)) continue;
            var said = parameter[(equals + 1)..].Trim().Trim('"');
            foreach (var one in said.Split(' '))
            {
                if (said[one].SequenceEqual(relation)) return true;
            }

            return false;
        }

        return false;
    }

    // A comma that a '<' follows starts the next link; commas inside values do not.
    private static int EndOfParameters(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ',' && text[(i + 1)..].TrimStart().StartsWith('<')) return i;
        }

        return text.Length;
    }
}
