namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>What counts as the value where JSON wraps it.</summary>
internal static class StoredValue
{
    /// <summary>The lexical form of a JSON-LD typed value (ETSI GS CIM 009 4.6.3); anything else as it is.</summary>
    public static ReadOnlySpan<byte> Lexical(ReadOnlySpan<byte> json) =>
        JsonText.IsObject(json) && JsonText.TryMember(json, "@value"u8, out var value) ? value : json;

    /// <summary>The URI in an item of an objectList, which is an object or the URI itself (ETSI GS CIM 009 4.5.22).</summary>
    public static ReadOnlySpan<byte> Object(ReadOnlySpan<byte> item) =>
        JsonText.TryMember(item, "object"u8, out var uri) ? uri : item;
}
