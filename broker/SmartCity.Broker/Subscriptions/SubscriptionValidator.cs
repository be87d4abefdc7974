using System.Collections.Immutable;
using FluentValidation;
using SmartCity.Broker.Notifications;
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

    /// <param name="notifiers">The ways there are to endpoints.</param>
    /// <param name="limits">How many links may be followed.</param>
    /// <param name="isOfSources">Whether the subscriptions are to registrations (ETSI GS CIM 009 5.11).</param>
    public SubscriptionValidator(ImmutableArray<INotifier> notifiers, Limits limits, bool isOfSources = false)
    {
        RuleFor(s => s.TemporalQ).Null().When(_ => !isOfSources)
            .WithMessage("temporalQ is for subscriptions to context source registrations only");
        RuleFor(s => s.Notification.Endpoint.Accept).NotEqual(NotificationMediaType.GeoJson).When(_ => isOfSources)
            .WithMessage("notification.endpoint.accept is application/geo+json, which registrations cannot be shown in");
        RuleFor(s => s).Custom((subscription, context) =>
        {
            foreach (var objection in Objections(subscription, limits.JoinLevels)) context.AddFailure(objection.Detail);
        });
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
        RuleFor(s => s.Notification.Endpoint).Custom((endpoint, context) =>
        {
            if (Objection(endpoint, notifiers) is { } objection) context.AddFailure(objection);
        });
    }

    /// <summary>BadRequestData with everything that is wrong.</summary>
    public Result<Subscription> Check(Subscription subscription)
    {
        var result = Validate(subscription);
        return result.IsValid
            ? subscription
            : NgsiLdError.BadRequestData(string.Join("; ", result.Errors.Select(failure => failure.ErrorMessage)));
    }

    /// <summary>What follows more links than the notifications do (ETSI GS CIM 009 5.7.2.4).</summary>
    private static IEnumerable<NgsiLdError> Objections(Subscription subscription, int highest)
    {
        var shown = subscription.Notification;
        var join = shown.Join;
        if (Join.Refuse(join.Level, highest, "notification.joinLevel") is { } level) yield return level;
        if (join.Refuse(subscription.Q) is { } q) yield return q;
        if (join.Refuse(new Extent(shown.Pick, shown.Omit)) is { } projection) yield return projection;
    }

    private static string? Objection(Endpoint endpoint, ImmutableArray<INotifier> notifiers)
    {
        if (!Uri.TryCreate(endpoint.Uri, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return "notification.endpoint.uri names no host";
        }

        var notifier = notifiers.FirstOrDefault(notifier => notifier.Serves(uri.Scheme));
        return notifier is null
            ? $"notification.endpoint.uri: this broker cannot notify by {uri.Scheme}"
            : notifier.Objection(endpoint);
    }
}
