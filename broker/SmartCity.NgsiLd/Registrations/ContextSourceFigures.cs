namespace SmartCity.NgsiLd.Registrations;

/// <summary>How requests to a source went: members of a registration that only the broker writes (ETSI GS CIM 009 5.2.9).</summary>
/// <param name="TimesSent">Requests that were sent, failed ones included.</param>
/// <param name="TimesFailed">Requests that failed.</param>
/// <param name="LastSuccess">Null before the first one.</param>
/// <param name="LastFailure">Null before the first one.</param>
public readonly record struct ContextSourceFigures(
    long TimesSent, long TimesFailed, DateTimeOffset? LastSuccess, DateTimeOffset? LastFailure)
{
    /// <summary>Whether the last request failed.</summary>
    public bool IsFailed { get; init; }
}
