namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>The order of values of different types (ETSI GS CIM 009 4.23.2); it is the same in both directions.</summary>
internal enum ValueClass : byte
{
    /// <summary>A GeoProperty where distances are asked for. 0 is free: it ends arrays and objects.</summary>
    Distance = 1,
    Number,
    Text,
    Object,
    Array,
    Boolean,
    Time,
    Date,
    DateTime,
    Null,
    Missing,
}
