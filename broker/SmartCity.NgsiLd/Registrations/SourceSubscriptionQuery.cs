using System.Collections.Immutable;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Registrations;

/// <summary>Which registrations a subscription is about (ETSI GS CIM 009 5.11.2.4, 5.12).</summary>
public static class SourceSubscriptionQuery
{
    public static RegistrationQuery Of(Subscription subscription) => new()
    {
        Selectors = subscription.Entities,
        AttributeNames = AttributeNames(subscription),
        DatasetIds = subscription.DatasetIds,
        Geo = subscription.GeoQ?.Query,
        Scope = subscription.ScopeQ,
        Time = subscription.TemporalQ is { } time ? RegistrationTime.Of(time.Query) : null,
        Csf = subscription.Csf,
    };

    /// <summary>Where one of both names none, every Attribute is meant.</summary>
    private static ImmutableArray<string> AttributeNames(Subscription subscription)
    {
        var shown = subscription.Notification;
        var names = shown.Attributes.IsEmpty && shown.Pick is { } pick
            ? [.. pick.Members.Select(member => member.Name).Where(name => !ReservedMembers.IsProjected(name))]
            : shown.Attributes;
        return names.IsEmpty || subscription.WatchedAttributes.IsEmpty ? [] : [.. subscription.WatchedAttributes.Union(names)];
    }
}
