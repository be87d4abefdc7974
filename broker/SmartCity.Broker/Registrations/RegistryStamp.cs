using SmartCity.NgsiLd;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// By which registrations a write was divided between this broker and sources. The store's single writer looks at it once more as the write is
/// decided: what a proxied registration has claimed meanwhile (ETSI GS CIM 009 4.3.6.3) is not written here, but divided anew.
/// </summary>
public sealed class RegistryStamp
{
    private volatile bool _isOutdated;

    public bool IsOutdated => _isOutdated;

    /// <summary>What a write comes to that was divided by registrations of before: nothing was written, and no client is told.</summary>
    internal static NgsiLdError Outdated { get; } = new(NgsiLdErrorKind.Conflict, "a registration has come between");

    internal static bool IsOutdatedBy(NgsiLdError? error) => ReferenceEquals(error, Outdated);

    /// <summary>From now on nothing is decided by it.</summary>
    internal void Outdate() => _isOutdated = true;
}
