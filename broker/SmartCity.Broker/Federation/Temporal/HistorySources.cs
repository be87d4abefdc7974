using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Federation.Temporal;

/// <summary>
/// The sources of histories that offer an operation: those whose registered interval meets the one that is asked about (ETSI GS CIM 009 5.2.9,
/// 5.10.2.4), and those that are registered without any interval, but for just this operation, which no group of operations holds (4.20).
/// </summary>
internal static class HistorySources
{
    /// <param name="registry">Knows all sources.</param>
    /// <param name="call">The request.</param>
    /// <param name="query">What it is about, with its time.</param>
    /// <param name="operation">What it asks for.</param>
    public static IEnumerable<MatchedSource> Of(IContextRegistry registry, Call call, RegistrationQuery query, ContextSourceOperations operation)
    {
        foreach (var match in registry.Match(call, query).Sources)
        {
            if (match.Registration.IsTemporal && match.Offers(operation)) yield return match;
        }

        foreach (var match in registry.Match(call, query with { Time = null }).Sources)
        {
            if (!match.Registration.IsTemporal && match.Offers(operation)) yield return match;
        }
    }
}
