using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>ETSI GS CIM 009 6.3.2.</summary>
internal static class ErrorStatus
{
    public static int Of(NgsiLdErrorKind kind) => kind switch
    {
        NgsiLdErrorKind.InvalidRequest => StatusCodes.Status400BadRequest,
        NgsiLdErrorKind.BadRequestData => StatusCodes.Status400BadRequest,
        NgsiLdErrorKind.AlreadyExists => StatusCodes.Status409Conflict,
        NgsiLdErrorKind.Conflict => StatusCodes.Status409Conflict,
        NgsiLdErrorKind.OperationNotSupported => StatusCodes.Status422UnprocessableEntity,
        NgsiLdErrorKind.ResourceNotFound => StatusCodes.Status404NotFound,
        NgsiLdErrorKind.NonexistentTenant => StatusCodes.Status404NotFound,
        NgsiLdErrorKind.TooComplexQuery => StatusCodes.Status403Forbidden,
        NgsiLdErrorKind.TooManyResults => StatusCodes.Status403Forbidden,
        NgsiLdErrorKind.LdContextNotAvailable => StatusCodes.Status504GatewayTimeout,
        NgsiLdErrorKind.NoMultiTenantSupport => StatusCodes.Status501NotImplemented,
        NgsiLdErrorKind.InternalError => StatusCodes.Status500InternalServerError,
        NgsiLdErrorKind.SourceTimeout => StatusCodes.Status504GatewayTimeout,
        NgsiLdErrorKind.SourceFailed => StatusCodes.Status502BadGateway,
        NgsiLdErrorKind.SourceLoop => StatusCodes.Status508LoopDetected,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no status is known for it"),
    };
}
