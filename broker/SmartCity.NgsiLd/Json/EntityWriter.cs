using System.Buffers;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Linking;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// Writes packed Entities in every representation of ETSI GS CIM 009 4.5, straight to UTF-8. Linked Entities, where they were
/// gathered, stand in what links to them or behind it (4.5.23).
/// </summary>
public static class EntityWriter
{
    /// <summary>
    /// One Entity, or one GeoJSON Feature; a flattened answer is an array (<see cref="WriteAll"/>). The normalized form allocates
    /// nothing.
    /// </summary>
    /// <exception cref="InvalidOperationException">An Attribute is a Fragment, which has no value.</exception>
    public static Written Write(
        PackedEntity entity, Representation representation, Context context, IBufferWriter<byte> output, LinkedEntities? linked = null)
    {
        var rendering = new EntityRendering(representation, context, output, linked);
        rendering.Entity(entity, representation.IncludeContext);
        return rendering.Finish();
    }

    /// <summary>A JSON array of Entities, or a GeoJSON FeatureCollection.</summary>
    public static Written WriteAll(
        IReadOnlyList<PackedEntity> entities, Representation representation, Context context, IBufferWriter<byte> output,
        LinkedEntities? linked = null)
    {
        var rendering = new EntityRendering(representation, context, output, linked);
        if (representation.GeoJson) rendering.FeatureCollection(entities);
        else rendering.Entities(entities);
        return rendering.Finish();
    }

    /// <summary>At least one Entity, with commas between them: the inside of an array.</summary>
    public static Written WriteItems(
        IReadOnlyList<PackedEntity> entities, Representation representation, Context context, IBufferWriter<byte> output,
        LinkedEntities? linked = null)
    {
        var rendering = new EntityRendering(representation, context, output, linked);
        rendering.Items(entities, representation.IncludeContext);
        return rendering.Finish();
    }

    /// <summary>
    /// The Entity of a notification (ETSI GS CIM 009 5.8.6): deleted Attributes as NGSI-LD Null, a deleted Entity as its
    /// deletedAt, previous values where asked.
    /// </summary>
    /// <param name="change">What happened; its After is shown, or its Before's identity after a deletion.</param>
    /// <param name="showChanges">Add previousValue, previousObject ...; without meaning in the simplified form.</param>
    /// <param name="representation">The form the subscription asks for.</param>
    /// <param name="context">The subscription's @context.</param>
    /// <param name="output">UTF-8 JSON goes here.</param>
    public static Written WriteChange(
        EntityChange change, bool showChanges, Representation representation, Context context, IBufferWriter<byte> output)
    {
        var rendering = new EntityRendering(representation, context, output, null);
        rendering.Change(change, showChanges && representation.Format != EntityFormat.Simplified);
        return rendering.Finish();
    }

    /// <summary>
    /// The Entities of a notification, with commas between them, and what they link to: in them, or behind them (4.5.23).
    /// </summary>
    /// <param name="changes">At least one; see <see cref="WriteChange"/>.</param>
    /// <param name="showChanges">Add previousValue, previousObject ...; without meaning in the simplified form.</param>
    /// <param name="representation">The form the subscription asks for.</param>
    /// <param name="context">The subscription's @context.</param>
    /// <param name="output">UTF-8 JSON goes here.</param>
    /// <param name="linked">What they link to.</param>
    public static Written WriteChanges(
        IReadOnlyList<EntityChange> changes, bool showChanges, Representation representation, Context context,
        IBufferWriter<byte> output, LinkedEntities linked)
    {
        var rendering = new EntityRendering(representation, context, output, linked);
        rendering.Changes(changes, showChanges && representation.Format != EntityFormat.Simplified);
        return rendering.Finish();
    }
}

/// <summary>What became of an act of writing.</summary>
/// <param name="IsAltered">Whether the asked version of the standard made a difference (ETSI GS CIM 009 4.3.6.8).</param>
/// <param name="IsTooLarge">Whether linked Entities exceed their bounds: what was written is then no answer.</param>
public readonly record struct Written(bool IsAltered, bool IsTooLarge);
