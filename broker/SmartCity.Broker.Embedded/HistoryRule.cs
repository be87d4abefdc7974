using System.Globalization;

namespace SmartCity.Broker.Embedded;

/// <summary>
/// What becomes of the history of some Entities, as an operator writes it: <c>keep 400 days</c>,
/// <c>type=https://example.org/Meter keep 3650 days</c>, <c>tenant=trial off</c>. Of several rules that fit, the last counts; without any,
/// everything is recorded and kept for ever.
/// </summary>
/// <param name="Tenant">Null for every tenant; empty for the default one.</param>
/// <param name="Type">An expanded type; null for every type.</param>
/// <param name="IsRecorded">Whether changes of current Entities are recorded. Writes into the history always are.</param>
/// <param name="Keep">For how long instances are kept; null for ever.</param>
public sealed record HistoryRule(string? Tenant, string? Type, bool IsRecorded, TimeSpan? Keep)
{
    private const int MostDays = 1_000_000;

    /// <summary>Reads rules that are separated by semicolons.</summary>
    /// <param name="text">Empty for none.</param>
    /// <param name="rules">In the order given.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryParse(string text, out IReadOnlyList<HistoryRule> rules, out string problem)
    {
        var read = new List<HistoryRule>();
        (rules, problem) = (read, "");
        foreach (var rule in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(rule) is not { } parsed)
            {
                problem = $"which has the rule '{rule}' instead of [tenant=NAME] [type=IRI] keep N days, or the same with off";
                return false;
            }

            read.Add(parsed);
        }

        return true;
    }

    public bool Fits(string tenant, IEnumerable<string> types) =>
        (Tenant is null || Tenant == tenant) && (Type is null || types.Contains(Type, StringComparer.Ordinal));

    private static HistoryRule? Parse(string text)
    {
        var rule = new HistoryRule(null, null, true, null);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).AsSpan();
        for (; !words.IsEmpty && words[0].Contains('=', StringComparison.Ordinal); words = words[1..])
        {
            if (words[0].StartsWith("tenant=", StringComparison.Ordinal)) rule = rule with { Tenant = words[0]["tenant=".Length..] };
            else if (words[0].StartsWith("type=", StringComparison.Ordinal) && words[0].Contains(':', StringComparison.Ordinal)) rule = rule with { Type = words[0]["type=".Length..] };
            else return null;
        }

        if (words is ["off"]) return rule with { IsRecorded = false };
        if (words is not ["keep", var count, "days" or "day"]) return null;
        return int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is > 0 and <= MostDays
            ? rule with { Keep = TimeSpan.FromDays(days) }
            : null;
    }
}
