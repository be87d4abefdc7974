using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>Reads the coordinates of one geometry (RFC 7946 3.1.1 - 3.1.7): arrays of positions, longitude first.</summary>
internal ref struct CoordinatesReader(ReadOnlySpan<byte> json)
{
    private Utf8JsonReader _reader = new(json);

    /// <summary>Where the reader has come to.</summary>
    public readonly int At => (int)_reader.TokenStartIndex;

    /// <summary>Null where the coordinates are right, otherwise why not.</summary>
    /// <param name="nesting">Arrays around a position: none for a Point.</param>
    /// <param name="isPolygon">The innermost arrays are closed rings.</param>
    /// <param name="isLine">The innermost arrays are lines.</param>
    public string? Read(int nesting, bool isPolygon, bool isLine)
    {
        _reader.Read();
        return nesting == 0 ? ReadPosition(out _) : ReadArray(nesting, isPolygon ? 4 : isLine ? 2 : 1, isPolygon);
    }

    private string? ReadArray(int nesting, int fewest, bool isRing)
    {
        if (_reader.TokenType != JsonTokenType.StartArray) return "is not an array of positions";
        var count = 0;
        (double, double) first = default, last = default;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            var wrong = nesting > 1 ? ReadArray(nesting - 1, fewest, isRing) : ReadPosition(out last);
            if (wrong is not null) return wrong;
            if (count++ == 0) first = last;
        }

        if (nesting > 1) return count > 0 ? null : "is an empty array";
        if (count < fewest) return $"ends after {count} positions, and has to have {fewest}";
        return !isRing || first == last ? null : "ends a ring that is not closed: its last position is not its first";
    }

    private string? ReadPosition(out (double Longitude, double Latitude) position)
    {
        position = default;
        if (_reader.TokenType != JsonTokenType.StartArray) return "is not a position";
        Span<double> numbers = stackalloc double[3];
        var count = 0;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == numbers.Length) return "is one number too many for a position";
            if (_reader.TokenType != JsonTokenType.Number) return "is not a number";
            if (!_reader.TryGetDouble(out var number) || !double.IsFinite(number)) return "is a number without bounds";
            if (count < 2 && Math.Abs(number) > (count == 0 ? 180 : 90)) return count == 0
                ? "is not a longitude between -180 and 180"
                : "is not a latitude between -90 and 90";
            numbers[count++] = number;
        }

        position = (numbers[0], numbers[1]);
        return count >= 2 ? null : "ends a position that has not both longitude and latitude";
    }
}
