namespace SmartCity.NgsiLd.Temporal;

/// <summary>A temporal query (ETSI GS CIM 009 5.2.21), as given and as it is meant.</summary>
public sealed record GivenTemporalQuery(string Timerel, string TimeAt, string? EndTimeAt, string? Timeproperty, int? LastN, TemporalQuery Query);
