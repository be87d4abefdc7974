using System.Buffers;
using System.Text;
using SmartCity.Broker.Contexts;

namespace SmartCity.Broker.Federation.Http;

/// <summary>
/// What a source is asked next where it says that more follows (ETSI GS CIM 009 6.3.10): the parameters of its own link, which may be opaque
/// (5.5.9.2). Of the link's address nothing is taken: more is asked where it was asked before.
/// </summary>
internal static class NextPage
{
    private static readonly SearchValues<char> Printable = SearchValues.Create(
        [.. Enumerable.Range('!', '~' - '!' + 1).Select(number => (char)number).Where(letter => letter is not ('"' or '#' or '\\'))]);

    /// <summary>
    /// The parameters of the next page; null where the source names none that could be asked for. A parameter that was asked with, and which
    /// the link does not have, stays: some links say no more than how far to go.
    /// </summary>
    /// <param name="header">Link; null for none.</param>
    /// <param name="target">What was asked: path and parameters, percent-encoded.</param>
    public static string? Of(string? header, string target)
    {
        if (header is null) return null;
        var links = new LinkValues(header);
        while (links.MoveNext())
        {
            if (links.IsOf("next")) return Parameters(links.Target, target);
        }

        return null;
    }

    /// <summary>
    /// The same parameters with another limit, where they have the one that this broker has asked for. Where it has asked for none, the source's
    /// own gives way where an offset says by itself where the page begins.
    /// </summary>
    /// <param name="parameters">Of the link.</param>
    /// <param name="asked">0 for none.</param>
    /// <param name="limit">The other one.</param>
    public static string WithLimit(string parameters, int asked, int limit)
    {
        if (limit == asked) return parameters;
        var all = parameters.Split('&');
        var at = asked > 0
            ? Array.IndexOf(all, $"limit={asked}")
            : Array.Exists(all, IsOffset) ? Array.FindIndex(all, parameter => NameOf(parameter) is "limit") : -1;
        if (at < 0) return parameters;
        all[at] = $"limit={limit}";
        return string.Join('&', all);
    }

    private static bool IsOffset(string parameter) => NameOf(parameter) is "offset";

    private static string? Parameters(ReadOnlySpan<char> link, string target)
    {
        var mark = link.IndexOf('?');
        if (mark < 0) return null;
        var given = link[(mark + 1)..];
        if (given.IndexOf('#') is var fragment and >= 0) given = given[..fragment];
        if (given.IsEmpty || given.ContainsAnyExcept(Printable)) return null;
        var parameters = new StringBuilder().Append(given);
        var asked = target.IndexOf('?') is var start and >= 0 ? target.AsSpan(start + 1) : [];
        foreach (var range in asked.Split('&'))
        {
            var parameter = asked[range];
            if (!IsPlace(parameter) && !Has(given, NameOf(parameter))) parameters.Append('&').Append(parameter);
        }

        return parameters.ToString();
    }

    // Where the page before has begun says nothing of this one.
    private static bool IsPlace(ReadOnlySpan<char> parameter) => NameOf(parameter) is "offset";

    private static bool Has(ReadOnlySpan<char> parameters, ReadOnlySpan<char> name)
    {
        foreach (var range in parameters.Split('&'))
        {
            if (NameOf(parameters[range]).SequenceEqual(name)) return true;
        }

        return false;
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> parameter) =>
        parameter.IndexOf('=') is var equals and >= 0 ? parameter[..equals] : parameter;
}
