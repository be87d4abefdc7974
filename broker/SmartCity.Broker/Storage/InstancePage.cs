using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Storage;

/// <summary>
/// A range of time (ETSI GS CIM 009 4.11). Instances without the property are in no range, except the one without bounds, where
/// they stand at their modifiedAt.
/// </summary>
/// <param name="Property">Which time of the instances is compared, and orders them.</param>
/// <param name="From">UTC ticks, inclusive; <see cref="long.MinValue"/> for no bound.</param>
/// <param name="To">UTC ticks, exclusive; <see cref="long.MaxValue"/> for no bound.</param>
public readonly record struct InstanceRange(TimeProperty Property, long From, long To)
{
    public static InstanceRange All => new(TimeProperty.ObservedAt, long.MinValue, long.MaxValue);

    public bool IsUnbounded => From == long.MinValue && To == long.MaxValue;
}

/// <param name="Limit">Instances to give at most, at least 1. What is held in memory grows with it.</param>
/// <param name="Backwards">From the latest to the earliest, as <c>lastN</c> asks for (ETSI GS CIM 009 6.3.10).</param>
/// <param name="AfterTicks">
/// To go on: the time of the last instance that the page before gave, from where <see cref="InstancePage.HasMore"/> was true.
/// </param>
/// <param name="AfterNumber">And the number of its id.</param>
public readonly record struct InstancePaging(int Limit, bool Backwards = false, long? AfterTicks = null, long AfterNumber = 0);

/// <param name="Instances">In the order asked for.</param>
/// <param name="HasMore">Whether the range holds more of them.</param>
/// <param name="LastTicks">Time of the last instance, by the property of the range: where the next page goes on.</param>
public sealed record InstancePage(ImmutableArray<StoredInstance> Instances, bool HasMore, long LastTicks)
{
    public static InstancePage Empty { get; } = new([], false, 0);

    /// <summary>What tells the last instance from others of its time: where the next page goes on.</summary>
    public long LastNumber { get; init; } = Instances.IsEmpty ? 0 : Instances[^1].Id.Number;
}

/// <summary>Is shown the instances of a series. Times are UTC ticks of the property of the range.</summary>
public interface IInstanceVisitor
{
    /// <summary>Properties whose value is a JSON number, without spelling: for <c>1.50</c> 1.5.</summary>
    /// <param name="ticks">Ascending.</param>
    /// <param name="numbers">As many.</param>
    void Numbers(ReadOnlySpan<long> ticks, ReadOnlySpan<double> numbers);

    /// <summary>Any other instance.</summary>
    void Other(long ticks, in PackedAttribute attribute);
}
