using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>From where a request says its @context is, to the compiled one (ETSI GS CIM 009 5.5.5, 6.3.5, 6.3.16).</summary>
public interface IContextResolver
{
    /// <summary>
    /// BadRequestData where the @context is not valid; LdContextNotAvailable where it cannot be had. Completes at once for
    /// whatever is cached, built in or preloaded.
    /// </summary>
    ValueTask<Result<Context>> ResolveAsync(ContextReference reference, CancellationToken cancellation);
}
