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
}

/// <summary>
/// An expected failure as a value (ETSI GS CIM 009 5.5.2, 5.5.3).
/// </summary>
/// <param name="Kind">Which of the standard's errors it is.</param>
/// <param name="Detail">Speaks to the API user: names the member and the reason, present tense.</param>
public sealed record NgsiLdError(NgsiLdErrorKind Kind, string Detail)
{
    /// <summary>The error type URI of the standard, such as <c>https://uri.etsi.org/ngsi-ld/errors/BadRequestData</c>.</summary>
    public string Type => $"https://uri.etsi.org/ngsi-ld/errors/{Kind}";

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
        _ => Kind.ToString(),
    };

    public static NgsiLdError InvalidRequest(string detail) => new(NgsiLdErrorKind.InvalidRequest, detail);

    public static NgsiLdError BadRequestData(string detail) => new(NgsiLdErrorKind.BadRequestData, detail);

    public static NgsiLdError AlreadyExists(string detail) => new(NgsiLdErrorKind.AlreadyExists, detail);

    public static NgsiLdError NotFound(string detail) => new(NgsiLdErrorKind.ResourceNotFound, detail);

    public static NgsiLdError Internal(string detail) => new(NgsiLdErrorKind.InternalError, detail);

    public static NgsiLdError NotSupported(string detail) => new(NgsiLdErrorKind.OperationNotSupported, detail);
}
