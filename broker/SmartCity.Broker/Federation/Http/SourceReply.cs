namespace SmartCity.Broker.Federation.Http;

/// <summary>What came back over HTTP, before anybody has understood it.</summary>
internal sealed record SourceReply
{
    /// <summary>Null where there is an answer.</summary>
    public SourceOutcome? Failure { get; init; }

    /// <summary>Why there is none.</summary>
    public string Detail { get; init; } = "";

    /// <summary>0 where there is no answer.</summary>
    public int Status { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>All Link headers in one; null where there is none.</summary>
    public string? Link { get; init; }

    public string? Location { get; init; }

    public string? EntityMap { get; init; }

    public string? ContentRange { get; init; }

    /// <summary>Whether nothing went over the wire.</summary>
    public bool IsUnasked { get; init; }

    public bool IsCached { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;
}
