using System.Collections.Immutable;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Federation;

/// <summary>An error beside which there is something to tell of sources, as there is beside answers (ETSI GS CIM 009 6.3.17).</summary>
/// <param name="Kind">Which of the standard's errors it is.</param>
/// <param name="Detail">For people.</param>
/// <param name="Warnings">At least one.</param>
public sealed record WarnedError(NgsiLdErrorKind Kind, string Detail, ImmutableArray<SourceWarning> Warnings) : NgsiLdError(Kind, Detail)
{
    /// <summary>The error itself where there is nothing to tell.</summary>
    public static NgsiLdError Of(NgsiLdError error, ImmutableArray<SourceWarning> warnings) =>
        warnings.IsDefaultOrEmpty ? error : new WarnedError(error.Kind, error.Detail, warnings);
}
