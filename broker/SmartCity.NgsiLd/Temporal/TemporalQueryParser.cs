using System.Globalization;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>From the texts of a temporal query to its meaning (ETSI GS CIM 009 4.11, 5.2.21). Every error is BadRequestData.</summary>
public static class TemporalQueryParser
{
    /// <summary>Any of the texts may be null: absent. An interval that ends where it begins, or before, is an error.</summary>
    public static Result<TemporalQuery> Parse(string? timerel, string? timeAt, string? endTimeAt, string? timeproperty, string? lastN)
    {
        if (!Property(timeproperty).TryGet(out var property, out var error)) return error;
        if (!LastN(lastN).TryGet(out var last, out error)) return error;
        if (timerel is null)
        {
            if (timeAt is not null) return Wrong("timeAt is given without timerel");
            if (endTimeAt is not null) return Wrong("endTimeAt is given without timerel");
            return new TemporalQuery { Property = property, LastN = last };
        }

        if (Relation(timerel) is not { } relation)
            return Wrong($"timerel is '{timerel}', which is none of before, after and between");
        if (timeAt is null) return Wrong("timerel is given without timeAt");
        if (!Time("timeAt", timeAt).TryGet(out var from, out error)) return error;
        if (relation != TimeRelation.Between)
        {
            return endTimeAt is null
                ? new TemporalQuery { Relation = relation, TimeAt = from, Property = property, LastN = last }
                : Wrong($"endTimeAt is given, which timerel={timerel} has no use for");
        }

        if (endTimeAt is null) return Wrong("timerel is between, which needs endTimeAt");
        if (!Time("endTimeAt", endTimeAt).TryGet(out var to, out error)) return error;
        if (to <= from) return Wrong($"endTimeAt is {endTimeAt}, which is not after timeAt, {timeAt}");
        return new TemporalQuery { Relation = relation, TimeAt = from, EndTimeAt = to, Property = property, LastN = last };
    }

    private static TimeRelation? Relation(string text) => text switch
    {
        "before" => TimeRelation.Before,
        "after" => TimeRelation.After,
        "between" => TimeRelation.Between,
        _ => null,
    };

    private static Result<TimeProperty> Property(string? text) => text switch
    {
        null or "observedAt" => TimeProperty.ObservedAt,
        "createdAt" => TimeProperty.CreatedAt,
        "modifiedAt" => TimeProperty.ModifiedAt,
        "deletedAt" => TimeProperty.DeletedAt,
        _ => Wrong($"timeproperty is '{text}', which is none of observedAt, createdAt, modifiedAt and deletedAt"),
    };

    private static Result<DateTimeOffset> Time(string name, string text) => Timestamp.TryParse(text, out var time)
        ? time.Value
        : Wrong($"{name} is '{text}', which is no DateTime in UTC such as 2026-01-31T12:00:00Z (ETSI GS CIM 009 4.6.3)");

    private static Result<int?> LastN(string? text)
    {
        if (text is null) return (int?)null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : Wrong($"lastN is '{text}', which is no number from 1 to {int.MaxValue}");
    }

    private static NgsiLdError Wrong(string detail) => NgsiLdError.BadRequestData(detail);
}
