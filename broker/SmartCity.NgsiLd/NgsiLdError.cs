namespace SmartCity.NgsiLd;

/// <summary>The closed list of errors that the standard names (ETSI GS CIM 009 5.5.2).</summary>
public enum NgsiLdErrorKind
{
    InvalidRequest,
    BadRequestData,
    AlreadyExists,
    OperationNotSupported,
    ResourceNotFound,
    InternalError,
    TooComplexQuery,
    TooManyResults,
    LdContextNotAvailable,
    NoMultiTenantSupport,
    NonexistentTenant,
    Conflict,

    /// <summary>The only source of what is asked for does not answer in time (6.3.17): 504, and in name an InternalError.</summary>
    SourceTimeout,

    /// <summary>The only source of what is asked for fails (6.3.17): 502, and in name an InternalError.</summary>
    SourceFailed,

    /// <summary>The only source of what is asked for leads back to this broker (6.3.17): 508, and in name an InternalError.</summary>
    SourceLoop,
}

/// <summary>
/// An expected failure as a value (ETSI GS CIM 009 5.5.2, 5.5.3).
/// </summary>
/// <param name="Kind">Which of the standard's errors it is.</param>
/// <param name="Detail">Speaks to the API user: names the member and the reason, present tense.</param>
public record NgsiLdError(NgsiLdErrorKind Kind, string Detail)
{
    /// <summary>The error type URI of the standard, such as <c>https://uri.etsi.org/ngsi-ld/errors/BadRequestData</c>.</summary>
    public string Type => $"https://uri.etsi.org/ngsi-ld/errors/{Name}";

    /// <summary>A short title that does not change from one occurrence to the next (RFC 7807).</summary>
    public string Title => Kind switch
    {
        NgsiLdErrorKind.InvalidRequest => "The request is not valid",
        NgsiLdErrorKind.BadRequestData => "The request has wrong data",
        NgsiLdErrorKind.AlreadyExists => "The element exists already",
        NgsiLdErrorKind.OperationNotSupported => "The operation is not supported",
        NgsiLdErrorKind.ResourceNotFound => "The element is not found",
        NgsiLdErrorKind.InternalError => "The broker has failed",
        NgsiLdErrorKind.TooComplexQuery => "The query is too complex",
        NgsiLdErrorKind.TooManyResults => "The query has too many results",
        NgsiLdErrorKind.LdContextNotAvailable => "The @context is not available",
        NgsiLdErrorKind.NoMultiTenantSupport => "Tenants are not supported",
        NgsiLdErrorKind.NonexistentTenant => "The tenant does not exist",
        NgsiLdErrorKind.Conflict => "The request is in conflict",
        NgsiLdErrorKind.SourceTimeout => "The Context Source does not answer",
        NgsiLdErrorKind.SourceFailed => "The Context Source has failed",
        NgsiLdErrorKind.SourceLoop => "The Context Sources lead round in a circle",
        _ => Kind.ToString(),
    };

    // The list of names is closed (5.5.2), while 6.3.17 has statuses beyond it.
    private NgsiLdErrorKind Name => Kind is NgsiLdErrorKind.SourceTimeout or NgsiLdErrorKind.SourceFailed or NgsiLdErrorKind.SourceLoop
        ? NgsiLdErrorKind.InternalError
        : Kind;

    public static NgsiLdError InvalidRequest(string detail) => new(NgsiLdErrorKind.InvalidRequest, detail);

    public static NgsiLdError BadRequestData(string detail) => new(NgsiLdErrorKind.BadRequestData, detail);

    public static NgsiLdError AlreadyExists(string detail) => new(NgsiLdErrorKind.AlreadyExists, detail);

    public static NgsiLdError NotFound(string detail) => new(NgsiLdErrorKind.ResourceNotFound, detail);

    public static NgsiLdError Internal(string detail) => new(NgsiLdErrorKind.InternalError, detail);

    public static NgsiLdError NotSupported(string detail) => new(NgsiLdErrorKind.OperationNotSupported, detail);
}
