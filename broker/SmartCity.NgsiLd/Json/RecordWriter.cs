using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>In which terms <see cref="RecordWriter"/> writes.</summary>
/// <param name="Context">Compacts names.</param>
/// <param name="IncludeContext">Each Entity carries the @context (application/ld+json).</param>
/// <param name="Simplified">Bare values (ETSI GS CIM 009 4.5.4), for what was read so; otherwise normalized.</param>
/// <param name="Version">The version of the standard that the reader knows; null for the newest (4.3.6.8).</param>
public readonly record struct RecordForm(Context Context, bool IncludeContext = false, bool Simplified = false, NgsiLdVersion? Version = null);

/// <summary>
/// Writes Entities and Fragments that were read, and are passed on to another Context Source: NGSI-LD Nulls and members without a
/// value stay what they are. Names are not interned, as packing them would.
/// </summary>
public static class RecordWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(Entity entity, in RecordForm form, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        new RecordRendering(json, form).Entity(entity);
    }

    /// <summary>A JSON array of them.</summary>
    public static void WriteAll(ImmutableArray<Entity> entities, in RecordForm form, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        var rendering = new RecordRendering(json, form);
        json.WriteStartArray();
        foreach (var entity in entities) rendering.Entity(entity);
        json.WriteEndArray();
    }

    /// <summary>An evolution, or a Fragment of one: each Attribute as an array of instances (ETSI GS CIM 009 5.2.20).</summary>
    public static void WriteTemporal(TemporalEntity entity, in RecordForm form, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        new RecordRendering(json, form).Evolution(entity);
    }

    /// <summary>The instances of one Attribute, as the body of a request about it: an array where there are several.</summary>
    public static void WriteAttribute(ImmutableArray<Attribute> instances, in RecordForm form, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        new RecordRendering(json, form).AttributeBody(instances);
    }
}
