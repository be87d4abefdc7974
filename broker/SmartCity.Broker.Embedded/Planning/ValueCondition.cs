using SmartCity.Broker.Embedded.Memory;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.Broker.Embedded.Planning;

/// <summary>Some value of an Attribute lies in one of the ranges.</summary>
internal sealed record ValueCondition(ValueIndex Index, KeyRange[] Ranges)
{
    /// <summary>More texts than this are cheaper to verify than to look up.</summary>
    private const int MaxTexts = 32;

    public long Estimate()
    {
        var estimate = 0L;
        foreach (var range in Ranges) estimate += Index.Sorted.Estimate(range);
        return estimate;
    }

    /// <summary>Null where looking up would not pay.</summary>
    public static KeyRange[]? RangesOf(ValueBound bound) => bound switch
    {
        NumberBound number => [KeyRange.Of(number)],
        TextBound text when text.Texts.Length <= MaxTexts => [.. text.Texts.Select(Range)],
        _ => null,
    };

    private static KeyRange Range(string text)
    {
        var key = ValueKey.OfText(IndexKeys.Hash(text));
        return new(key, key);
    }
}
