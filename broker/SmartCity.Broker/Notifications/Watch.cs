using System.Collections.Frozen;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// A subscription made ready to be matched and notified. Immutable: an update puts another one in its place.
/// </summary>
internal sealed class Watch
{
    private readonly FrozenSet<string> _watched;
    private readonly EntityMatcher? _selected;
    private readonly EntityMatcher? _matched;

    public Watch(string tenant, Subscription subscription, Context context, Rendering rendering, INotificationChannel channel)
    {
        Subscription = subscription;
        Context = context;
        Rendering = rendering;
        Channel = channel;
        Envelope = new(tenant, subscription, context);
        Query = subscription.ToQuery();
        _watched = subscription.WatchedAttributes.ToFrozenSet(StringComparer.Ordinal);
        Followed = subscription.Q is { } q && LinkDepth.Of(q) > 0 ? new(q, subscription.DatasetIds) : null;
        var atHand = Followed is null ? Query : Query with { Q = null };
        _matched = IsTrivial(atHand) ? null : new(atHand);
        var selection = new EntityQuery { Selectors = subscription.Entities };
        _selected = IsTrivial(selection) ? null : new(selection);
    }

    public Subscription Subscription { get; }

    public Context Context { get; }

    public Rendering Rendering { get; }

    public INotificationChannel Channel { get; }

    public NotificationEnvelope Envelope { get; }

    public EntityQuery Query { get; }

    /// <summary>The q where it asks for linked Entities, which are looked up; otherwise null.</summary>
    public FollowedQuery? Followed { get; }

    /// <summary>What the broker asks for the subscription: of all sources, but where it is local (ETSI GS CIM 009 5.2.12).</summary>
    public Call CallOf(string tenant) => new()
    {
        Tenant = tenant,
        Context = Context,
        Local = Subscription.IsLocal || SnapshotSpace.Is(tenant),
        Via = Subscription.Via,
    };

    /// <summary>
    /// Whether the change is one to notify (ETSI GS CIM 009 5.8.6); where a q follows links, that has to hold as well of what is
    /// left of the Entity.
    /// </summary>
    public bool Matches(EntityChange change)
    {
        return IsTriggered(change) && Holds(change);
    }

    /// <summary>Whether the queries hold of what is left of the Entity.</summary>
    public bool Holds(EntityChange change)
    {
        if (change.After is { } after) return _matched is null || _matched.Matches(after);
        // A deleted Entity has no values left to compare: it is told to those who had it selected.
        return Selects(change.Before!);
    }

    /// <summary>Whether it is one of the subscribed Entities, whatever its values.</summary>
    public bool Selects(PackedEntity entity) => _selected is null || _selected.Matches(entity);

    private static bool IsTrivial(EntityQuery query) =>
        query.Selectors.IsEmpty && query.Q is null && query.Geo is null && query.Scope is null && query.DatasetIds.IsEmpty;

    private bool IsTriggered(EntityChange change)
    {
        var triggers = Subscription.Triggers;
        if (change.IsCreation && triggers.HasFlag(NotificationTriggers.EntityCreated) && CarriesWatched(change.After!)) return true;
        if (change.IsDeletion && triggers.HasFlag(NotificationTriggers.EntityDeleted) && CarriesWatched(change.Before!)) return true;
        foreach (var attribute in change.Attributes)
        {
            var trigger = attribute.Kind switch
            {
                AttributeChangeKind.Created => NotificationTriggers.AttributeCreated,
                AttributeChangeKind.Updated => NotificationTriggers.AttributeUpdated,
                AttributeChangeKind.Deleted => NotificationTriggers.AttributeDeleted,
                _ => NotificationTriggers.None,
            };
            if ((triggers & trigger) != 0 && IsWatched(attribute)) return true;
        }

        return false;
    }

    private bool IsWatched(in AttributeChange attribute)
    {
        if (_watched.Count > 0 && !_watched.Contains(attribute.Name)) return false;
        return Subscription.DatasetIds.IsEmpty || Subscription.DatasetIds.Contains(attribute.DatasetId ?? "@none");
    }

    private bool CarriesWatched(PackedEntity entity)
    {
        if (_watched.Count == 0) return true;
        foreach (var attribute in entity.Attributes)
        {
            if (_watched.Contains(attribute.Name.Iri)) return true;
        }

        return false;
    }
}
