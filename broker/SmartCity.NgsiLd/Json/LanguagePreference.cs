using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// A language preference list such as <c>fr-CH,fr;q=0.9,*;q=0.5</c> (ETSI GS CIM 009 4.15, RFC 3282), best first. Ranges meet
/// tags as in the lookup of RFC 4647 3.4; a range also meets its own sub-tags. What no range meets is shown in the default
/// language, or else in the first.
/// </summary>
internal sealed class LanguagePreference
{
    private readonly ImmutableArray<byte[]> _ranges;

    private LanguagePreference(ImmutableArray<byte[]> ranges) => _ranges = ranges;

    /// <summary>Whether a text is a preference list: tags or <c>*</c>, each with a quality from 0 to 1 at most (RFC 3282).</summary>
    public static bool IsList(string list)
    {
        foreach (var entry in list.Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = entry.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] != "*" && !LanguageTag.IsTag(parts[0])) return false;
            if (parts.Length > 2 || (parts.Length == 2 && !IsQuality(parts[1]))) return false;
        }

        return true;
    }

    /// <summary>Ranges with a quality of 0 or one that is no number are passed over.</summary>
    public static LanguagePreference Parse(string list)
    {
        var ranges = new List<(string Range, double Quality)>();
        foreach (var entry in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(';', StringSplitOptions.TrimEntries);
            var quality = parts.Length < 2 ? 1 : Quality(parts[1]);
            if (quality > 0 && parts[0].Length > 0) ranges.Add((parts[0], quality));
        }

        return new([.. ranges.OrderByDescending(range => range.Quality).Select(range => Encoding.UTF8.GetBytes(range.Range))]);
    }

    /// <summary>Picks the best entry of a languageMap.</summary>
    /// <param name="languageMap">A JSON object.</param>
    /// <param name="tag">The language, as it stands between the quotes; <c>@none</c> where the map is empty.</param>
    /// <param name="value">The JSON of its text, or of several; an empty string where the map is empty.</param>
    public void Choose(ReadOnlySpan<byte> languageMap, out ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> value)
    {
        foreach (var range in _ranges)
        {
            if (range is [(byte)'*']) break;
            if (TryFind(languageMap, range, out tag, out value)) return;
        }

        if (Find(languageMap, "@none"u8, out tag, out value) < Closeness.Same) First(languageMap, out tag, out value);
    }

    private static bool IsQuality(string parameter) => TryQuality(parameter, out var quality) && quality is >= 0 and <= 1;

    private static double Quality(string parameter) => TryQuality(parameter, out var quality) ? quality : 0;

    private static bool TryQuality(string parameter, out double quality)
    {
        quality = 0;
        return parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)
            && double.TryParse(parameter.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out quality);
    }

    private static bool TryFind(
        ReadOnlySpan<byte> map, ReadOnlySpan<byte> range, out ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> value)
    {
        while (Find(map, range, out tag, out value) == Closeness.None)
        {
            var end = range.LastIndexOf((byte)'-');
            if (end < 0) return false;
            range = range[..end];
            // A single letter or digit, such as x, only introduces what follows it (RFC 4647 3.4).
            if (range.Length > 1 && range[^2] == '-') range = range[..^2];
        }

        return true;
    }

    /// <summary>The tag that equals the range, or else the first one of which the range is the start.</summary>
    private static Closeness Find(
        ReadOnlySpan<byte> map, ReadOnlySpan<byte> range, out ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> value)
    {
        tag = value = default;
        var best = Closeness.None;
        var reader = new Utf8JsonReader(map);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            var closeness = Compare(name, range);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (closeness <= best) continue;
            best = closeness;
            tag = name;
            value = map[start..(int)reader.BytesConsumed];
        }

        return best;
    }

    private static Closeness Compare(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> range)
    {
        if (tag.Length < range.Length || !Ascii.EqualsIgnoreCase(tag[..range.Length], range)) return Closeness.None;
        if (tag.Length == range.Length) return Closeness.Same;
        return tag[range.Length] == '-' ? Closeness.SubTag : Closeness.None;
    }

    private static void First(ReadOnlySpan<byte> map, out ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> value)
    {
        tag = "@none"u8;
        value = "\"\""u8;
        var reader = new Utf8JsonReader(map);
        reader.Read();
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName) return;
        tag = reader.ValueSpan;
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        value = map[start..(int)reader.BytesConsumed];
    }

    private enum Closeness
    {
        None,
        SubTag,
        Same,
    }
}
