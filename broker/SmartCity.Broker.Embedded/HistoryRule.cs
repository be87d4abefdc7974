using System.Globalization;

namespace SmartCity.Broker.Embedded;

/// <summary>
/// What becomes of the history of some Entities, as an operator writes it: <c>keep 400 days</c>,
/// <c>type=https://example.org/Meter average by 1 hour after 30 days keep 3650 days</c>, <c>tenant=trial off</c>. Of several rules that fit,
/// the last counts; without any, everything is recorded and kept for ever.
/// </summary>
/// <param name="Tenant">Null for every tenant; empty for the default one.</param>
/// <param name="Type">An expanded type; null for every type.</param>
/// <param name="IsRecorded">Whether changes of current Entities are recorded. Writes into the history always are.</param>
/// <param name="Keep">For how long instances are kept; null for ever.</param>
/// <param name="Averaging">What becomes of old numbers; null for nothing.</param>
public sealed record HistoryRule(string? Tenant, string? Type, bool IsRecorded, TimeSpan? Keep, AveragingRule? Averaging = null)
{
    private const int MostDays = 1_000_000;
    private const int HoursOfDay = 24;
    private const string Form =
        " instead of [tenant=NAME] [type=IRI] and then off, or else keep N days, average by N hours|days after N days, or both";

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
            if (Parse(rule, out var reason) is not { } parsed)
            {
                problem = $"which has the rule '{rule}'{reason}";
                return false;
            }

            read.Add(parsed);
        }

        return true;
    }

    public bool Fits(string tenant, IEnumerable<string> types) =>
        (Tenant is null || Tenant == tenant) && (Type is null || types.Contains(Type, StringComparer.Ordinal));

    private static HistoryRule? Parse(string text, out string reason)
    {
        reason = Form;
        var rule = new HistoryRule(null, null, true, null);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).AsSpan();
        for (; !words.IsEmpty && words[0].Contains('=', StringComparison.Ordinal); words = words[1..])
        {
            if (words[0].StartsWith("tenant=", StringComparison.Ordinal)) rule = rule with { Tenant = words[0]["tenant=".Length..] };
            else if (words[0].StartsWith("type=", StringComparison.Ordinal) && words[0].Contains(':', StringComparison.Ordinal)) rule = rule with { Type = words[0]["type=".Length..] };
            else return null;
        }

        if (words is ["off"]) return rule with { IsRecorded = false };
        if (words.IsEmpty) return null;
        while (!words.IsEmpty)
        {
            if (words is ["keep", var days, "days" or "day", .. var next] && rule.Keep is null && TryDays(days, out var keep))
            {
                rule = rule with { Keep = keep };
                words = next;
            }
            else if (words is ["average", "by", var count, "hours" or "hour" or "days" or "day", "after", var age, "days" or "day", .. var rest]
                && rule.Averaging is null && TryDays(count, out var period) && TryDays(age, out var after))
            {
                if (words[3][0] == 'h') period /= HoursOfDay;
                if (period < TimeSpan.FromDays(1) && TimeSpan.TicksPerDay % period.Ticks != 0 || period > TimeSpan.FromDays(1) && words[3][0] == 'h')
                {
                    reason = $", but a day has no whole number of periods of {count} hours";
                    return null;
                }

                rule = rule with { Averaging = new(period, after) };
                words = rest;
            }
            else
            {
                return null;
            }
        }

        if (!(rule.Keep <= rule.Averaging?.After)) return rule;
        reason = $", which keeps nothing until it is averaged: {rule.Keep?.Days} days are not more than {rule.Averaging?.After.Days}";
        return null;
    }

    private static bool TryDays(string count, out TimeSpan days)
    {
        var isCount = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MostDays;
        days = TimeSpan.FromDays(isCount ? number : 0);
        return isCount;
    }
}
