using System.Buffers;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>Writes packed Entities in every representation of ETSI GS CIM 009 4.5, straight to UTF-8.</summary>
public static class EntityWriter
{
    /// <summary>One Entity, or one GeoJSON Feature. The normalized form allocates nothing.</summary>
    /// <returns>Whether the asked version of the standard made a difference (ETSI GS CIM 009 4.3.6.8).</returns>
    /// <exception cref="InvalidOperationException">An Attribute is a Fragment, which has no value.</exception>
    public static bool Write(
        PackedEntity entity, Representation representation, Context context, IBufferWriter<byte> output)
    {
        var rendering = new EntityRendering(representation, context, output);
        rendering.Entity(entity, representation.IncludeContext);
        rendering.Finish();
        return rendering.IsAltered;
    }

    /// <summary>A JSON array of Entities, or a GeoJSON FeatureCollection.</summary>
    /// <returns>Whether the asked version of the standard made a difference (ETSI GS CIM 009 4.3.6.8).</returns>
    public static bool WriteAll(
        IReadOnlyList<PackedEntity> entities, Representation representation, Context context, IBufferWriter<byte> output)
    {
        var rendering = new EntityRendering(representation, context, output);
        if (representation.GeoJson) rendering.FeatureCollection(entities);
        else rendering.Entities(entities);
        rendering.Finish();
        return rendering.IsAltered;
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
    public static void WriteChange(
        EntityChange change, bool showChanges, Representation representation, Context context, IBufferWriter<byte> output)
    {
        var rendering = new EntityRendering(representation, context, output);
        rendering.Change(change, showChanges && representation.Format != EntityFormat.Simplified);
        rendering.Finish();
    }
}
