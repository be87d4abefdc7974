using System.Text;

namespace SmartCity.NgsiLd.Entities;

/// <summary>
/// A JSON value kept verbatim as valid, compact UTF-8 (RFC 8259): what a producer sent is what a consumer reads.
/// </summary>
public readonly struct JsonValue(ReadOnlyMemory<byte> utf8) : IEquatable<JsonValue>
{
    public ReadOnlyMemory<byte> Utf8 { get; } = utf8;

    public ReadOnlySpan<byte> Span => Utf8.Span;

    public static JsonValue Of(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <summary>Equal text. Values that differ only in number spelling or member order are different.</summary>
    public bool Equals(JsonValue other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is JsonValue other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public override string ToString() => Encoding.UTF8.GetString(Span);

    public static bool operator ==(JsonValue left, JsonValue right) => left.Equals(right);

    public static bool operator !=(JsonValue left, JsonValue right) => !left.Equals(right);
}
