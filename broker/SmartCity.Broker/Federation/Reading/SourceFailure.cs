using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Federation.Reading;

/// <summary>What a client is told where the only source of what it asks for fails (ETSI GS CIM 009 6.3.17).</summary>
internal static class SourceFailure
{
    /// <summary>Null where the source has answered, if only that it has no such thing.</summary>
    public static NgsiLdError? Of<T>(ContextSource source, in SourceAnswer<T> answer) => answer.Outcome switch
    {
        SourceOutcome.Success or SourceOutcome.NotFound => null,
        SourceOutcome.Timeout => new(NgsiLdErrorKind.SourceTimeout, $"{source.Id} does not answer: {answer.Detail}"),
        SourceOutcome.Loop => new(NgsiLdErrorKind.SourceLoop, $"{source.Id} leads back to this broker: {answer.Detail}"),
        _ => new(NgsiLdErrorKind.SourceFailed, $"{source.Id} fails: {answer.Detail}"),
    };
}
