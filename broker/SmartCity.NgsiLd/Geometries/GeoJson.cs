using NetTopologySuite.Geometries;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Geometries;

/// <summary>
/// Reads GeoJSON geometries (RFC 7946) from stored bytes, which are known to be valid. A geometry may also be a string that
/// holds one (ETSI GS CIM 009 4.7.2). Altitudes are passed over.
/// </summary>
internal static class GeoJson
{
    /// <summary>False where it is no Point.</summary>
    public static bool TryPoint(ReadOnlySpan<byte> json, out double longitude, out double latitude)
    {
        (longitude, latitude) = (0, 0);
        if (!TryParts(json, out var type, out var coordinates) || !type.SequenceEqual("\"Point\""u8)) return false;
        var positions = new GeoPositions(coordinates);
        if (!positions.MoveNext()) return false;
        (longitude, latitude) = (positions.Longitude, positions.Latitude);
        return true;
    }

    /// <summary>False where it is no geometry.</summary>
    public static bool TryEnvelope(ReadOnlySpan<byte> json, out GeoBox envelope)
    {
        envelope = GeoBox.None;
        if (JsonText.IsString(json))
        {
            using var text = new UnescapedText(json);
            return JsonText.IsObject(text.Span) && TryEnvelope(text.Span, out envelope);
        }

        if (!TryParts(json, out _, out var coordinates)) return false;
        foreach (var position in new GeoPositions(coordinates))
            envelope = envelope.Including(position.Longitude, position.Latitude);
        if (envelope.West > envelope.East) return false;
        envelope = envelope.Normalized();
        return true;
    }

    /// <summary>Null where it is no geometry that ETSI GS CIM 009 4.7.1 allows.</summary>
    public static Geometry? Read(ReadOnlySpan<byte> json)
    {
        if (JsonText.IsString(json))
        {
            using var text = new UnescapedText(json);
            return JsonText.IsObject(text.Span) ? Read(text.Span) : null;
        }

        return TryParts(json, out var type, out var coordinates) ? GeoJsonGeometry.Build(type[1..^1], coordinates) : null;
    }

    private static bool TryParts(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> coordinates)
    {
        type = coordinates = default;
        foreach (var member in new JsonMembers(json))
        {
            if (member.Name.SequenceEqual("\"type\""u8)) type = member.Value;
            else if (member.Name.SequenceEqual("\"coordinates\""u8)) coordinates = member.Value;
        }

        return JsonText.IsString(type) && JsonText.IsArray(coordinates);
    }
}

/// <summary>The positions in coordinates of any depth, one after another, in place.</summary>
internal ref struct GeoPositions(ReadOnlySpan<byte> coordinates)
{
    private ReadOnlySpan<byte> _rest = coordinates;

    public double Longitude { get; private set; }

    public double Latitude { get; private set; }

    public readonly GeoPositions Current => this;

    public readonly GeoPositions GetEnumerator() => this;

    public bool MoveNext()
    {
        // A position is the only array that holds numbers: its first two are behind one bracket and one comma.
        var start = _rest.IndexOfAnyInRange((byte)'-', (byte)'9');
        while (start >= 0 && !JsonText.IsNumber(_rest[start..]))
        {
            var next = _rest[(start + 1)..].IndexOfAnyInRange((byte)'-', (byte)'9');
            start = next < 0 ? -1 : start + 1 + next;
        }

        if (start < 0 || !TryNumber(ref _rest, start, out var longitude)) return false;
        if (_rest.IsEmpty || _rest[0] != ',' || !TryNumber(ref _rest, 1, out var latitude)) return false;
        (Longitude, Latitude) = (longitude, latitude);
        var close = _rest.IndexOf((byte)']');
        _rest = close < 0 ? default : _rest[(close + 1)..];
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> rest, int start, out double number)
    {
        rest = rest[start..];
        var length = rest.IndexOfAny((byte)',', (byte)']');
        if (!JsonText.TryNumber(length < 0 ? rest : rest[..length], out number)) return false;
        rest = length < 0 ? default : rest[length..];
        return true;
    }
}
