using System.Text.Json;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>Values that are not written as they are kept.</summary>
internal ref partial struct EntityRendering
{
    /// <summary>Expanded IRIs, compacted (ETSI GS CIM 009 4.5.20).</summary>
    private void Vocab(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            _out.Quoted(_context.Compact(reader.GetString()!));
            return;
        }

        _out.Raw((byte)'[');
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            _out.Quoted(_context.Compact(reader.GetString()!));
            _out.Raw((byte)',');
        }

        _out.EndArray();
    }

    /// <summary>The URIs of an objectList without the objects around them (ETSI GS CIM 009 4.5.22.3).</summary>
    private void ObjectList(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        _out.Raw((byte)'[');
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.String) continue;
            _out.Raw((byte)'"');
            // Still escaped, as it was.
            _out.Raw(reader.ValueSpan);
            _out.Raw("\","u8);
        }

        _out.EndArray();
    }

    /// <summary>
    /// A LanguageProperty as the Property that the language filter makes of it (ETSI GS CIM 009 4.15).
    /// </summary>
    private void InOneLanguage(PackedAttribute instance, PackedAttribute previous)
    {
        _language!.Choose(instance.Value, out var tag, out var value);
        _out.Raw(_shown.Format == EntityFormat.Concise
            ? AttributeMembers.Concise(AttributeKind.Property)
            : AttributeMembers.Normalized(AttributeKind.Property));
        _out.Raw(value);
        _out.Raw(",\"lang\":\""u8);
        _out.Raw(tag);
        _out.Raw("\","u8);
        Members(instance);
        if (!previous.IsMissing && previous.Kind == AttributeKind.LanguageProperty)
        {
            _language.Choose(previous.Value, out _, out var before);
            _out.Raw(AttributeMembers.Previous(AttributeKind.Property));
            _out.Raw(before);
            _out.Raw((byte)',');
        }

        _out.CloseObject();
    }
}
