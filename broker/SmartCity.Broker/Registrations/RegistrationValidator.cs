using System.Buffers;
using FluentValidation;
using SmartCity.Broker.Outbound;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Registrations;

/// <summary>
/// The rules between the members of a registration, and their ranges (ETSI GS CIM 009 5.2.8 - 5.2.11, 5.2.34, 4.3.6). One for creation and for
/// update: an update is judged by what it leads to.
/// </summary>
internal sealed class RegistrationValidator : AbstractValidator<ContextSourceRegistration>
{
    private const ContextSourceOperations AuxiliaryOperations = ContextSourceOperations.RetrieveOps;

    private static readonly SearchValues<char> TenantCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/");

    /// <param name="limits">How many parts information may have.</param>
    /// <param name="policy">Where sources may be.</param>
    public RegistrationValidator(Limits limits, OutboundPolicy policy)
    {
        RuleFor(r => r.Endpoint).Must(IsEndpoint).WithMessage("endpoint is no URL such as https://broker.example.org: http or https, a host, no query");
        RuleFor(r => r.Endpoint).Custom((endpoint, context) =>
        {
            if (IsEndpoint(endpoint) && policy.Objection(new Uri(endpoint)) is { } objection) context.AddFailure($"endpoint: {objection}");
        });
        RuleFor(r => r).Must(r => Parts(r) <= limits.RegistrationParts)
            .WithMessage($"information names more than {limits.RegistrationParts} elements and entities");
        RuleFor(r => r.ContextSourceAlias).Must(alias => alias is null || SourceIdentity.IsAlias(alias))
            .WithMessage("contextSourceAlias is no pseudonym of a Via header (RFC 7230 5.7.1)");
        RuleFor(r => r.Tenant).Must(tenant => tenant.Length <= 256 && !tenant.AsSpan().ContainsAnyExcept(TenantCharacters))
            .WithMessage("tenant is no name of a tenant");
        RuleFor(r => r.ObservationInterval).Must(IsForward).WithMessage("observationInterval.endAt is before observationInterval.startAt");
        RuleFor(r => r.ManagementInterval).Must(IsForward).WithMessage("managementInterval.endAt is before managementInterval.startAt");
        RuleFor(r => r.Management.Timeout).GreaterThan(0).WithMessage("management.timeout is not greater than 0");
        RuleFor(r => r.Management.Cooldown).GreaterThan(0).WithMessage("management.cooldown is not greater than 0");
        RuleForEach(r => r.ContextSourceInfo).Custom((info, context) =>
        {
            if (Objection(info) is { } objection) context.AddFailure(objection);
        });
        When(r => r.Mode == RegistrationMode.Exclusive, () =>
        {
            RuleFor(r => r).Must(NamesOneEntity)
                .WithMessage("information does not name one Entity by its id, as mode exclusive requires (ETSI GS CIM 009 4.3.6.3)");
            RuleFor(r => r).Must(r => r.Information.All(info => info.HasAttributeNames))
                .WithMessage("information has an element without Attributes, which mode exclusive requires (ETSI GS CIM 009 4.3.6.3)");
        });
        RuleFor(r => r)
            .Must(r => !r.OperationNames.IsEmpty && (r.Operations & ~AuxiliaryOperations) == 0)
            .When(r => r.Mode == RegistrationMode.Auxiliary)
            .WithMessage("operations has other ones than retrieveOps, retrieveEntity and queryEntity, or is missing, in mode auxiliary");
    }

    /// <summary>BadRequestData with everything that is wrong.</summary>
    public Result<ContextSourceRegistration> Check(ContextSourceRegistration registration)
    {
        var result = Validate(registration);
        return result.IsValid
            ? registration
            : NgsiLdError.BadRequestData(string.Join("; ", result.Errors.Select(failure => failure.ErrorMessage)));
    }

    private static bool IsEndpoint(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri is { Host.Length: > 0, Query: "", Fragment: "" };

    private static int Parts(ContextSourceRegistration registration) =>
        registration.Information.Sum(info => 1 + info.Entities.Length);

    private static bool IsForward(TimeInterval? interval) =>
        interval?.EndAt is not { } end || interval.StartAt.Value <= end.Value;

    private static bool NamesOneEntity(ContextSourceRegistration registration) =>
        registration.Information.All(info => !info.Entities.IsEmpty)
        && registration.Information.SelectMany(info => info.Entities).Select(entity => entity.Id).Distinct().ToList() is [not null]
        && registration.Information.SelectMany(info => info.Entities).All(entity => entity.IdPattern is null);

    /// <summary>ETSI GS CIM 009 4.3.6.6; anything else becomes a header, which framing ones do not override (4.3.6.5).</summary>
    private static string? Objection(KeyValue info)
    {
        var (key, value) = info;
        if (!SourceIdentity.IsAlias(key) || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return $"contextSourceInfo: \"{key}\" is not a header that can be set";
        }

        if (Is("accept") || Is("contentType"))
        {
            return value is "application/json" or "application/ld+json"
                ? null
                : $"contextSourceInfo.{key} is \"{value}\", which is neither application/json nor application/ld+json";
        }

        if (Is("jsonldContext"))
        {
            return Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? null
                : $"contextSourceInfo.{key} is \"{value}\", which is no URL of an @context";
        }

        return Is("ngsildConformance") && !NgsiLdVersion.TryParse(value, out _)
            ? $"contextSourceInfo.{key} is \"{value}\", which is no version such as 1.6"
            : null;

        bool Is(string name) => key.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
