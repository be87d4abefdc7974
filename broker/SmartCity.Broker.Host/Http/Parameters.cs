namespace SmartCity.Broker.Host.Http;

/// <summary>Every query parameter that some operation knows. The name on the wire is the same in camel case.</summary>
[Flags]
internal enum Parameters : ulong
{
    None = 0,
    Id = 1UL << 0,
    Type = 1UL << 1,
    IdPattern = 1UL << 2,
    Attrs = 1UL << 3,
    Q = 1UL << 4,
    Csf = 1UL << 5,
    Pick = 1UL << 6,
    Omit = 1UL << 7,
    Georel = 1UL << 8,
    Geometry = 1UL << 9,
    Coordinates = 1UL << 10,
    Geoproperty = 1UL << 11,
    GeometryProperty = 1UL << 12,
    Lang = 1UL << 13,
    ScopeQ = 1UL << 14,
    DatasetId = 1UL << 15,
    ExpandValues = 1UL << 16,
    JsonKeys = 1UL << 17,
    SplitEntities = 1UL << 18,
    Local = 1UL << 19,
    Limit = 1UL << 20,
    Offset = 1UL << 21,
    Count = 1UL << 22,
    Options = 1UL << 23,
    Format = 1UL << 24,
    ObservedAt = 1UL << 25,
    DeleteAll = 1UL << 26,
    Details = 1UL << 27,
    Kind = 1UL << 28,
    Reload = 1UL << 29,
    Join = 1UL << 30,
    JoinLevel = 1UL << 31,
    ContainedBy = 1UL << 32,
    OrderBy = 1UL << 50,
    OrderFrom = 1UL << 51,
    OrderGeometry = 1UL << 52,
    Collation = 1UL << 53,
    EntityMap = 1UL << 54,
    EntityMapLifetime = 1UL << 55,
    Cursor = 1UL << 56,
    Keep = 1UL << 57,
    Drop = 1UL << 58,
    Timerel = 1UL << 40,
    TimeAt = 1UL << 41,
    EndTimeAt = 1UL << 42,
    Timeproperty = 1UL << 43,
    LastN = 1UL << 44,
    AggrMethods = 1UL << 45,
    AggrPeriodDuration = 1UL << 46,

    /// <summary>Another word for limit, which clients of other temporal services use.</summary>
    PageSize = 1UL << 47,

    /// <summary>Which instances of the history are meant (ETSI GS CIM 009 4.11), and what becomes of them (4.5.19).</summary>
    Time = Timerel | TimeAt | EndTimeAt | Timeproperty | LastN | Aggregation,

    Aggregation = AggrMethods | AggrPeriodDuration,

    /// <summary>A page of a list.</summary>
    Paging = Limit | Offset | Count,

    /// <summary>Which Entities are meant (ETSI GS CIM 009 6.4.3.2).</summary>
    Selection = Id | Type | IdPattern | Attrs | Q | Csf | Georel | Geometry | Coordinates | Geoproperty | ScopeQ
        | DatasetId | ExpandValues | JsonKeys | SplitEntities,

    /// <summary>Linked Entity retrieval (ETSI GS CIM 009 4.5.23).</summary>
    Linking = Join | JoinLevel | ContainedBy,

    /// <summary>In which order Entities come (ETSI GS CIM 009 4.23).</summary>
    Ordering = OrderBy | OrderFrom | OrderGeometry | Collation,

    /// <summary>Whether an EntityMap is wanted (ETSI GS CIM 009 5.7.2.3).</summary>
    Mapping = EntityMap | EntityMapLifetime,

    /// <summary>How Entities are shown (ETSI GS CIM 009 6.3.7, 6.3.11, 6.3.15).</summary>
    Shape = Pick | Omit | GeometryProperty | Lang | Format | Options | Linking,
}
