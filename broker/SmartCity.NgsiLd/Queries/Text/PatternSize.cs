namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>
/// How much the counted repetitions of a pattern, <c>{n,m}</c> inside each other multiplied, add to the automaton that runs it:
/// a few characters could ask for millions of states.
/// </summary>
internal static class PatternSize
{
    /// <summary>The parts that repetitions add. An estimate, and large numbers are cut off.</summary>
    public static int RepeatedParts(ReadOnlySpan<char> pattern)
    {
        const int Enough = 1 << 20;
        var outer = new Stack<int>();
        var (added, parts, last) = (0, 0, 0);
        for (var i = 0; i < pattern.Length && added < Enough; i++)
        {
            switch (pattern[i])
            {
                case '(':
                    outer.Push(parts);
                    parts = 0;
                    break;
                case ')' when outer.Count > 0:
                    last = parts;
                    parts += outer.Pop();
                    break;
                case '{' when Count(pattern, i) is var count and > 0:
                    var more = (int)Math.Min(Enough, last * (count - 1L));
                    (added, parts, last) = (added + more, parts + more, last + more);
                    break;
                default:
                    if (pattern[i] == '\\') i++;
                    else if (pattern[i] == '[') i = PatternText.BracketEnd(pattern, i);
                    last = 1;
                    parts++;
                    break;
            }
        }

        return added;
    }

    /// <summary>The larger number of <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c>; 0 where it is no repetition.</summary>
    private static int Count(ReadOnlySpan<char> pattern, int open)
    {
        var rest = pattern[(open + 1)..];
        var end = rest.IndexOf('}');
        if (end < 1) return 0;
        rest = rest[..end];
        var comma = rest.IndexOf(',');
        if (comma < 0) return Number(rest);
        return comma == rest.Length - 1 ? Number(rest[..comma]) : Number(rest[(comma + 1)..]);
    }

    private static int Number(ReadOnlySpan<char> digits) =>
        digits.ContainsAnyExceptInRange('0', '9') ? 0 : int.TryParse(digits, out var number) ? number : int.MaxValue;
}
