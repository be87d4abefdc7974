namespace SmartCity.Broker.Host.Http;

/// <summary>The words of the <c>options</c> parameter.</summary>
[Flags]
internal enum Options
{
    None = 0,
    Normalized = 1,
    Concise = 2,
    Simplified = 4,
    SysAttrs = 8,
    Count = 16,
    NoOverwrite = 32,
    Replace = 64,
    Update = 128,

    TemporalValues = 1 << 16,
    AggregatedValues = 1 << 17,

    /// <summary>The representations of temporal evolutions (ETSI GS CIM 009 6.3.12).</summary>
    TemporalFormats = Normalized | Concise | TemporalValues | AggregatedValues,

    /// <summary>The representations, which <c>format</c> names as well (ETSI GS CIM 009 6.3.7).</summary>
    Formats = Normalized | Concise | Simplified,
}
