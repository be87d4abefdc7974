using System.Collections.Immutable;
using SmartCity.Broker.Federation.Reading;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Registrations;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Federation.Subscriptions;

/// <summary>What of a Subscription goes to a source, and to which ones (ETSI GS CIM 009 5.8.1.4, 5.12).</summary>
internal static class SubscriptionReduction
{
    /// <summary>What registrations are matched by (5.12).</summary>
    public static RegistrationQuery QueryOf(Subscription subscription) => new()
    {
        Selectors = subscription.Entities,
        AttributeNames = subscription.Notification.Attributes.IsEmpty
            ? []
            : [.. subscription.WatchedAttributes.Union(subscription.Notification.Attributes)],
        DatasetIds = subscription.DatasetIds,
        Csf = subscription.Csf,
    };

    /// <summary>
    /// The copy for a source, with the Entities, Attributes and instances that are both subscribed to and registered. How notifications are shown is
    /// decided here, so the copy asks for all that it takes. Where Entities may be split, so is what has to hold of them: the source has a part only.
    /// Headers for the subscriber's endpoint are the subscriber's, and what the Subscription is called nobody else's business.
    /// </summary>
    /// <returns>Null where no change at the source could matter.</returns>
    public static Subscription? Reduce(
        Subscription subscription, ContextSourceRegistration source, ImmutableArray<RegistrationInfo> parts, bool isSplit)
    {
        var entities = SelectorReduction.Reduce(subscription.Entities, parts);
        if (entities.IsDefault) return null;
        var names = Names(parts);
        // With an interval nothing is watched (5.2.12).
        var watched = subscription.TimeInterval is null ? Common(subscription.WatchedAttributes, names) : [];
        if (watched.IsEmpty && (entities.IsEmpty || !subscription.WatchedAttributes.IsEmpty)) return null;
        var datasetIds = Common(subscription.DatasetIds, source.DatasetIds);
        if (datasetIds.IsEmpty && !subscription.DatasetIds.IsEmpty) return null;
        var shown = subscription.Notification.Attributes;
        return new()
        {
            Id = "",
            Entities = entities,
            WatchedAttributes = watched,
            Triggers = subscription.Triggers,
            Q = isSplit ? null : subscription.Q,
            GeoQ = isSplit ? null : subscription.GeoQ,
            ScopeQ = isSplit ? null : subscription.ScopeQ,
            ExpandValues = isSplit ? null : subscription.ExpandValues,
            DatasetIds = datasetIds,
            TimeInterval = subscription.TimeInterval,
            Throttling = subscription.Throttling,
            IsActive = subscription.IsActive,
            ExpiresAt = subscription.ExpiresAt,
            LocalOnly = source.Management.LocalOnly == true ? true : subscription.LocalOnly,
            SplitEntities = subscription.SplitEntities,
            Notification = new()
            {
                // Those that the filter asks for are the source's affair; of none in common, all are cut here.
                Attributes = isSplit || shown.IsEmpty ? [] : Common(shown, names),
                Format = EntityFormat.Normalized,
                ShowChanges = subscription.Notification.ShowChanges,
                SysAttrs = true,
                Endpoint = new() { Uri = "", Accept = NotificationMediaType.Json },
            },
        };
    }

    /// <summary>Empty where every Attribute is registered.</summary>
    private static ImmutableArray<string> Names(ImmutableArray<RegistrationInfo> parts) =>
        parts.Any(part => !part.HasAttributeNames)
            ? []
            : [.. parts.SelectMany(part => part.PropertyNames.Concat(part.RelationshipNames)).Distinct()];

    /// <summary>Empty stands for all, on either side.</summary>
    private static ImmutableArray<string> Common(ImmutableArray<string> wanted, ImmutableArray<string> registered) =>
        wanted.IsEmpty ? registered
        : registered.IsEmpty ? wanted
        : [.. wanted.Where(registered.Contains)];
}
