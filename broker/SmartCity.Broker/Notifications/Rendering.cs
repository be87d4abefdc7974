using System.Buffers;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;
using SmartCity.NgsiLd.Linking;
using SmartCity.NgsiLd.Queries;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.Broker.Notifications;

/// <summary>
/// How the Entity of a notification is shown. Subscriptions that ask for the same share one, and each change is written once
/// for all of them.
/// </summary>
internal sealed class Rendering
{
    private readonly Context _context;
    private readonly bool _showChanges;
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Lock _writing = new();
    private EntityChange? _lastChange;
    private byte[] _last = [];

    public Rendering(Subscription subscription, Context context)
    {
        _context = context;
        _showChanges = subscription.Notification.ShowChanges;
        Representation = RepresentationOf(subscription.Notification, subscription);
    }

    public Representation Representation { get; }

    /// <summary>Whether notifications show what their Entities link to.</summary>
    public bool Joins => Representation.Join.Kind != JoinKind.None;

    /// <summary>Two subscriptions with the same key and context get the same bytes.</summary>
    public static string KeyOf(Subscription subscription, Context context)
    {
        var shown = subscription.Notification;
        return string.Join('\n',
            shown.Format, shown.Endpoint.Accept, shown.Endpoint.PrefersBareJson, shown.SysAttrs,
            shown.ShowChanges, subscription.Conformance, subscription.Lang, string.Join(' ', subscription.DatasetIds), string.Join(' ', shown.Attributes),
            shown.Pick is { } pick ? QueryWriter.Write(pick, context) : null,
            shown.Omit is { } omit ? QueryWriter.Write(omit, context) : null,
            shown.Join.Kind, shown.Join.Level);
    }

    /// <summary>One Entity as UTF-8 JSON (ETSI GS CIM 009 5.8.6), without what it links to.</summary>
    public byte[] Render(EntityChange change)
    {
        lock (_writing)
        {
            if (ReferenceEquals(change, _lastChange)) return _last;
            _buffer.ResetWrittenCount();
            EntityWriter.WriteChange(change, _showChanges, Representation, _context, _buffer);
            _last = _buffer.WrittenSpan.ToArray();
            _lastChange = change;
            return _last;
        }
    }

    /// <summary>Entities one after another, separated by commas: the data of a periodic notification.</summary>
    public byte[] Render(IReadOnlyList<PackedEntity> entities)
    {
        var output = new ArrayBufferWriter<byte>();
        EntityWriter.WriteItems(entities, Representation, _context, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The same with what they link to; null where that exceeds its bounds.</summary>
    public byte[]? Render(IReadOnlyList<PackedEntity> entities, LinkedEntities linked)
    {
        var output = new ArrayBufferWriter<byte>();
        var isTooLarge = EntityWriter.WriteItems(entities, Representation, _context, output, linked).IsTooLarge;
        return isTooLarge ? null : output.WrittenSpan.ToArray();
    }

    /// <summary>Entities of one notification and what they link to; null where that exceeds its bounds.</summary>
    public byte[]? Render(IReadOnlyList<EntityChange> changes, LinkedEntities linked)
    {
        var output = new ArrayBufferWriter<byte>();
        var isTooLarge = EntityWriter.WriteChanges(changes, _showChanges, Representation, _context, output, linked).IsTooLarge;
        return isTooLarge ? null : output.WrittenSpan.ToArray();
    }

    private static Representation RepresentationOf(NotificationParameters parameters, Subscription subscription) => new()
    {
        Format = parameters.Format,
        GeoJson = parameters.Endpoint.Accept == NotificationMediaType.GeoJson,
        SysAttrs = parameters.SysAttrs,
        Pick = parameters.Attributes.IsEmpty ? parameters.Pick : Picked(parameters),
        Omit = parameters.Omit,
        DatasetIds = subscription.DatasetIds,
        Lang = subscription.Lang,
        Version = subscription.Conformance,
        Join = parameters.Join,
    };

    /// <summary>The deprecated attributes member keeps id and type, which pick would have to name.</summary>
    private static Projection Picked(NotificationParameters parameters) =>
        new([new("id", null), new("type", null), .. parameters.Attributes.Select(name => new ProjectedMember(name, null))]);
}
