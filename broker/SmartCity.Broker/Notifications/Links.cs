using SmartCity.Broker.Entities;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// What the Entities of notifications link to (ETSI GS CIM 009 4.5.23, 5.8.6), looked up as it is when a notification is made or
/// sent. Where that cannot be had, or takes more than its bounds, the notification tells what has changed without it.
/// </summary>
internal sealed class Links(IEntityOperations entities, NotificationSettings settings)
{
    private readonly EntityLinking _linking = new(entities, new(settings.LinkedEntities, settings.LinkedBytes));

    /// <summary>The Entities of a notification with what they link to; null where they are told without.</summary>
    public async ValueTask<byte[]?> RenderAsync(string tenant, Watch watch, IReadOnlyList<EntityChange> changes)
    {
        var left = changes.Select(change => change.After).OfType<PackedEntity>().ToList();
        var shown = watch.Rendering.Representation;
        var gathered = await _linking.GatherAsync(watch.CallOf(tenant), left, shown, CancellationToken.None).ConfigureAwait(false);
        return gathered.TryGet(out var links, out _) && links.Linked is { } linked ? watch.Rendering.Render(changes, linked) : null;
    }

    /// <summary>Entities with what they link to, or without it.</summary>
    public async ValueTask<byte[]> RenderAsync(string tenant, Watch watch, IReadOnlyList<PackedEntity> found)
    {
        var shown = watch.Rendering.Representation;
        var gathered = await _linking.GatherAsync(watch.CallOf(tenant), found, shown, CancellationToken.None).ConfigureAwait(false);
        var joined = gathered.TryGet(out var links, out _) && links.Linked is { } linked ? watch.Rendering.Render(found, linked) : null;
        return joined ?? watch.Rendering.Render(found);
    }

    /// <summary>Whether a query that follows links holds for an Entity.</summary>
    public ValueTask<bool> MatchAsync(
        string tenant, Watch watch, FollowedQuery query, PackedEntity entity, CancellationToken cancellation) =>
        query.MatchesAsync(entity, entities, watch.CallOf(tenant), cancellation);
}
