using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Blocks;

/// <summary>One instance in its parts. Times are UTC ticks, <see cref="None"/> where there is none.</summary>
internal struct InstanceRow
{
    public const long None = long.MinValue;

    /// <summary>
    /// Whose it is within the store: the number of the change or write that made it, above the place in it, so that it
    /// is known before anything is folded, and is the same each time.
    /// </summary>
    public long Number;
    public long ObservedAt;
    public long CreatedAt;
    public long ModifiedAt;
    public long DeletedAt;

    /// <summary>All other members; the value, too, unless it is a <see cref="Mantissa"/>.</summary>
    public PackedAttribute Shape;
    public long Mantissa;
    public byte Decimals;
    public bool IsNumber;
    public byte ObservedDecimals;
    public byte DeletedDecimals;

    /// <summary>Bits of a number that tell instances of one change or write apart.</summary>
    public const int PlaceBits = 20;

    public static long NumberOf(long change, int place) => change << PlaceBits | (long)place;

    /// <summary>Takes an instance from where it was written, with its own times.</summary>
    public static InstanceRow Of(long number, in PackedAttribute attribute)
    {
        var row = new InstanceRow
        {
            Number = number,
            ObservedAt = attribute.ObservedAtTicks,
            ObservedDecimals = (byte)MomentText.Decimals(attribute.ObservedAt.Length),
            CreatedAt = Shown(attribute.CreatedAtTicks),
            ModifiedAt = Shown(attribute.ModifiedAtTicks),
            DeletedAt = None,
            Shape = attribute,
        };
        row.IsNumber = attribute.Kind == AttributeKind.Property && DecimalText.TryRead(attribute.Value, out row.Mantissa, out var decimals)
            && (row.Decimals = (byte)decimals) == decimals;
        return row;
    }

    /// <summary>Instants of the broker are shown in microseconds: kept, too, so that what is shown can be asked for.</summary>
    public static long Shown(long ticks) => ticks - ticks % TimeSpan.TicksPerMicrosecond;

    /// <summary>Where it stands in its series.</summary>
    public readonly long Time => ObservedAt == None ? ModifiedAt : ObservedAt;

    public readonly long TimeOf(TimeProperty property) => property switch
    {
        TimeProperty.ObservedAt => ObservedAt,
        TimeProperty.CreatedAt => CreatedAt,
        TimeProperty.ModifiedAt => ModifiedAt,
        _ => DeletedAt,
    };

    public readonly double Double => DecimalText.ToDouble(Mantissa, Decimals);

    /// <summary>About how many bytes it takes before it is packed with others.</summary>
    public readonly int Size => IsNumber ? 16 : 32 + Shape.Value.Length;
}
