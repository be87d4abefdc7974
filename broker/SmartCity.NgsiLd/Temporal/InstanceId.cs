using System.Buffers.Text;
using System.Globalization;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>
/// Identifies one instance of an Attribute in a temporal evolution (ETSI GS CIM 009 4.5.7): <c>urn:ngsi-ld:instance:5f0c2a91-3e8</c>.
/// Given by the broker, never by clients; the same for as long as the instance is there.
/// </summary>
/// <param name="Store">Tells instances of one store from those of others: random, and given when the store is made.</param>
/// <param name="Number">Never given twice by a store.</param>
public readonly record struct InstanceId(uint Store, long Number)
{
    /// <summary>No id is longer, in bytes.</summary>
    public const int MaxLength = 21 + 8 + 1 + 16;

    private const string Prefix = "urn:ngsi-ld:instance:";

    private static ReadOnlySpan<byte> PrefixUtf8 => "urn:ngsi-ld:instance:"u8;

    /// <summary>False for a URI that no broker of ours has given.</summary>
    public static bool TryParse(ReadOnlySpan<char> uri, out InstanceId id)
    {
        id = default;
        if (!uri.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        uri = uri[Prefix.Length..];
        if (uri.Length < 10 || uri[8] != '-') return false;
        if (!uint.TryParse(uri[..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var store)) return false;
        if (!long.TryParse(uri[9..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)) return false;
        id = new(store, number);
        // One spelling only: an id is compared as text by clients.
        return uri.SequenceEqual(id.ToString().AsSpan(Prefix.Length));
    }

    /// <summary>Writes the URI.</summary>
    /// <param name="utf8">Has room for <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes it takes.</returns>
    public int Format(Span<byte> utf8)
    {
        PrefixUtf8.CopyTo(utf8);
        Utf8Formatter.TryFormat(Store, utf8[PrefixUtf8.Length..], out _, new('x', 8));
        var at = PrefixUtf8.Length + 8;
        utf8[at++] = (byte)'-';
        Utf8Formatter.TryFormat(Number, utf8[at..], out var length, 'x');
        return at + length;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Store:x8}-{Number:x}");
}
