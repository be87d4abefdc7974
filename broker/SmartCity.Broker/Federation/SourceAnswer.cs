using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Federation;

/// <summary>What came of asking a source.</summary>
public enum SourceOutcome
{
    /// <summary>It answered as it should.</summary>
    Success,

    /// <summary>It has no such thing (404), which for a consumption operation is no failure (ETSI GS CIM 009 6.3.17).</summary>
    NotFound,

    /// <summary>It did not answer in time, could not be reached, or is being left alone after a failure (5.2.34, cooldown).</summary>
    Timeout,

    /// <summary>It would come back to this broker, or said that it does (508).</summary>
    Loop,

    /// <summary>It answered with an error of its own.</summary>
    Refused,

    /// <summary>It answered with what cannot be understood, or with too much.</summary>
    Invalid,
}

/// <summary>An answer of a source, or why there is none.</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Value">Default unless <see cref="Outcome"/> is <see cref="SourceOutcome.Success"/>.</param>
/// <param name="Detail">What was wrong, for people: names what the source said, never where headers or secrets stand.</param>
public readonly record struct SourceAnswer<T>(SourceOutcome Outcome, T? Value, string Detail = "")
{
    /// <summary>The source's HTTP status; 0 where there was none.</summary>
    public int Status { get; init; }

    /// <summary>The NGSI-LD error that the source named, such as AlreadyExists; null where it named none.</summary>
    public NgsiLdErrorKind? Error { get; init; }

    /// <summary>The source's own EntityMap, as it names it (5.5.14); null where it names none.</summary>
    public string? EntityMap { get; init; }

    /// <summary>Whether the answer was kept from an earlier request (5.2.34, cacheDuration).</summary>
    public bool IsCached { get; init; }

    public bool IsSuccess => Outcome == SourceOutcome.Success;
}

/// <summary>Something to tell the client about a source, beside the answer (ETSI GS CIM 009 6.3.17).</summary>
/// <param name="Code">110, 111, 199 or 299.</param>
/// <param name="Source">Which source.</param>
/// <param name="Text">For people.</param>
public sealed record SourceWarning(int Code, ContextSource Source, string Text)
{
    /// <summary>Null where nothing is wrong.</summary>
    public static SourceWarning? Of<T>(ContextSource source, in SourceAnswer<T> answer) => answer.Outcome switch
    {
        SourceOutcome.Success => answer.IsCached ? new(110, source, "the answer is one that was kept") : null,
        SourceOutcome.NotFound => null,
        SourceOutcome.Invalid => new(111, source, answer.Detail),
        SourceOutcome.Timeout or SourceOutcome.Loop => new(199, source, answer.Detail),
        _ => new(299, source, answer.Detail),
    };
}
