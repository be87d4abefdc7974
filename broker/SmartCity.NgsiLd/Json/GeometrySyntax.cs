using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// Whether an object is a GeoJSON geometry of those that NGSI-LD knows (RFC 7946 3.1, ETSI GS CIM 009 4.7.1): all but
/// GeometryCollection, in WGS 84.
/// </summary>
internal static class GeometrySyntax
{
    public static bool IsType(ReadOnlySpan<byte> type) => Nesting(type) >= 0;

    /// <summary>Checks an object that has been walked. Null where it is right, otherwise why not.</summary>
    /// <param name="json">The object.</param>
    /// <param name="at">Where in it the reason stands.</param>
    public static string? Check(ReadOnlySpan<byte> json, out int at)
    {
        at = 0;
        if (json[0] != '{') return "is not a GeoJSON geometry";
        var (type, coordinates) = (default(Slice), default(Slice));
        var members = new SliceItems(json, new Slice(0, json.Length, JsonTokenType.StartObject));
        while (members.MoveNext())
        {
            if (members.RawName.SequenceEqual("type"u8) || members.RawName.SequenceEqual("@type"u8)) type = members.Current;
            if (members.RawName.SequenceEqual("coordinates"u8)) coordinates = members.Current;
        }

        if (type.Token != JsonTokenType.String) return "has no type of geometry";
        at = type.Start;
        var name = json.Slice(type.Start + 1, type.Length - 2);
        if (!IsType(name)) return "is not a type of geometry that NGSI-LD knows (ETSI GS CIM 009 4.7.1)";
        at = 0;
        if (coordinates.Token != JsonTokenType.StartArray) return "has no array of coordinates";
        return CheckCoordinates(json, coordinates, name, out at);
    }

    /// <summary>The same for text that may be no JSON at all (ETSI GS CIM 009 4.7.2).</summary>
    public static string? CheckText(ReadOnlySpan<byte> text)
    {
        var walker = new JsonWalker(text, 16, new MemberNames());
        try
        {
            if (!walker.Read() || !walker.Walk(out var whole)) return $"holds a geometry as text, which {walker.Problem}";
            walker.Read();
            return Check(text.Slice(whole.Start, whole.Length), out _);
        }
        catch (JsonException)
        {
            return "is neither a GeoJSON geometry nor the text of one";
        }
    }

    private static string? CheckCoordinates(ReadOnlySpan<byte> json, Slice coordinates, ReadOnlySpan<byte> type, out int at)
    {
        var shape = new CoordinatesReader(json.Slice(coordinates.Start, coordinates.Length));
        var wrong = shape.Read(Nesting(type), type.EndsWith("Polygon"u8), type.EndsWith("LineString"u8));
        at = coordinates.Start + shape.At;
        return wrong;
    }

    // How many arrays stand around a position.
    private static int Nesting(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("Point"u8)) return 0;
        if (type.SequenceEqual("MultiPoint"u8) || type.SequenceEqual("LineString"u8)) return 1;
        if (type.SequenceEqual("MultiLineString"u8) || type.SequenceEqual("Polygon"u8)) return 2;
        return type.SequenceEqual("MultiPolygon"u8) ? 3 : -1;
    }
}
