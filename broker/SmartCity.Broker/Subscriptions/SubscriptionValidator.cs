using System.Buffers;
using FluentValidation;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Subscriptions;

/// <summary>
/// The rules between the members of a Subscription, and their ranges (ETSI GS CIM 009 5.2.12 - 5.2.15). One for creation and for
/// update: an update is judged by what it leads to.
/// </summary>
internal sealed class SubscriptionValidator : AbstractValidator<Subscription>
{
    /// <summary>The longest timer there is: about 49 days.</summary>
    private const double LongestInterval = 4_000_000;

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    // Headers by which the broker itself frames and labels a message.
    private static readonly HashSet<string> ReservedHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Content-Type", "Expect", "Host", "Keep-Alive", "NGSILD-Tenant", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade",
    };

    /// <param name="serves">Whether notifications can go to endpoints with a URI scheme.</param>
    public SubscriptionValidator(Func<string, bool> serves)
    {
        RuleFor(s => s).Must(s => !s.Entities.IsEmpty || !s.WatchedAttributes.IsEmpty || s.LocalOnly == true)
            .WithMessage("one of entities and watchedAttributes is required unless localOnly is true");
        RuleFor(s => s.Entities).Must(entities => !entities.IsEmpty)
            .When(s => s.TimeInterval is not null && s.LocalOnly != true)
            .WithMessage("entities is required where timeInterval is present");
        RuleFor(s => s).Must(s => s.LocalOnly != false || !s.Entities.Any(e => e.Type is TypeAny))
            .WithMessage("localOnly cannot be false where an entity type is \"*\"");
        RuleFor(s => s.WatchedAttributes).Must(watched => watched.IsEmpty).When(s => s.TimeInterval is not null)
            .WithMessage("watchedAttributes cannot stand beside timeInterval");
        RuleFor(s => s.Throttling).Null().When(s => s.TimeInterval is not null)
            .WithMessage("throttling cannot stand beside timeInterval");
        RuleFor(s => s.TimeInterval).GreaterThan(0).WithMessage("timeInterval is not greater than 0");
        RuleFor(s => s.TimeInterval).LessThanOrEqualTo(LongestInterval)
            .WithMessage($"timeInterval is greater than {LongestInterval:0} seconds");
        RuleFor(s => s.Throttling).GreaterThan(0).WithMessage("throttling is not greater than 0");
        RuleFor(s => s.Notification).Must(n => !n.ShowChanges || n.Format != EntityFormat.Simplified)
            .WithMessage("notification.showChanges cannot be true where notification.format is simplified");
        RuleFor(s => s.Notification).Must(n => n.Attributes.IsEmpty || n.Pick is null)
            .WithMessage("notification.attributes cannot stand beside notification.pick");
        RuleFor(s => s.Notification.Endpoint.Timeout).GreaterThan(0)
            .WithMessage("notification.endpoint.timeout is not greater than 0");
        RuleFor(s => s.Notification.Endpoint.Cooldown).GreaterThan(0)
            .WithMessage("notification.endpoint.cooldown is not greater than 0");
        RuleFor(s => s.Notification.Endpoint.Uri).Must(uri => IsServed(uri, serves))
            .WithMessage("notification.endpoint.uri is not an address that this broker can notify: its scheme is not served, or it names no host");
        RuleForEach(s => s.Notification.Endpoint.ReceiverInfo).Must(IsHeader)
            .When(s => s.Notification.Endpoint.Uri.StartsWith("http", StringComparison.OrdinalIgnoreCase))
            .WithMessage((_, info) => $"notification.endpoint.receiverInfo: \"{info.Key}\" is not a header that can be set");
    }

    /// <summary>BadRequestData with everything that is wrong.</summary>
    public Result<Subscription> Check(Subscription subscription)
    {
        var result = Validate(subscription);
        return result.IsValid
            ? subscription
            : NgsiLdError.BadRequestData(string.Join("; ", result.Errors.Select(failure => failure.ErrorMessage)));
    }

    private static bool IsServed(string text, Func<string, bool> serves) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && serves(uri.Scheme);

    /// <summary>RFC 7230 3.2.</summary>
    private static bool IsHeader(KeyValue info)
    {
        if (info.Key.Length == 0 || info.Key.AsSpan().ContainsAnyExcept(TokenCharacters)) return false;
        if (ReservedHeaders.Contains(info.Key)) return false;
        return !info.Value.AsSpan().ContainsAnyExceptInRange(' ', '~');
    }
}
