using System.Globalization;
using System.Text;

namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>
/// An ICU collation (RFC 6067): a language tag, perhaps with an extension u that says co (which of the language's orders), ks
/// (strength), ka (punctuation) or kn (numbers in texts by value). Without ICU there is only the root, by code units.
/// </summary>
public sealed record Collation
{
    private static readonly string[] Orders =
    [
        "big5han", "compat", "dict", "direct", "ducet", "emoji", "eor", "gb2312", "phonebk", "phonetic", "pinyin", "search",
        "searchjl", "standard", "stroke", "trad", "unihan", "zhuyin",
    ];

    private readonly CompareInfo _texts;
    private readonly CompareOptions _options;
    private readonly bool _identical;

    private Collation(string tag, CompareInfo texts, CompareOptions options, bool identical) =>
        (Tag, _texts, _options, _identical) = (tag, texts, options, identical);

    /// <summary>The default (ETSI GS CIM 009 4.23.1): reasonable for all languages.</summary>
    public static Collation Root { get; } = new("und", CultureInfo.InvariantCulture.CompareInfo, CompareOptions.None, false);

    /// <summary>Whether the process has ICU: otherwise texts are ordered by code units.</summary>
    public static bool HasIcu { get; } = Root._texts.Compare("a", "B") < 0;

    public string Tag { get; }

    /// <summary>BadRequestData where the text is no valid collation, or has a setting that is not supported.</summary>
    public static Result<Collation> Parse(string text)
    {
        var tag = text.Trim().ToLowerInvariant();
        if (tag is "root" or "und" or "und-x-icu") return Root;
        var (language, settings) = Split(tag);
        if (Culture(language) is null) return Wrong(text, $"'{language}' is no known language");
        if (!HasIcu) return NgsiLdError.BadRequestData($"collation '{text}' is not available: this broker runs without ICU and knows only und");

        var order = "";
        var options = CompareOptions.None;
        var identical = false;
        foreach (var (key, value) in settings)
        {
            switch (key, value)
            {
                case ("co", _) when Orders.Contains(value):
                    order = value;
                    break;
                case ("ks", "level1"):
                    options |= CompareOptions.IgnoreNonSpace | CompareOptions.IgnoreCase;
                    break;
                case ("ks", "level2"):
                    options |= CompareOptions.IgnoreCase;
                    break;
                case ("ks", "level3" or "level4") or ("ka", "noignore") or ("kn", "false") or ("kk", "true" or "false" or ""):
                    break;
                case ("ks", "identic"):
                    identical = true;
                    break;
                case ("ka", "shifted"):
                    options |= CompareOptions.IgnoreSymbols;
                    break;
                case ("kn", "true" or ""):
                    options |= CompareOptions.NumericOrdering;
                    break;
                default:
                    return Wrong(text, $"'{key}-{value}' is no setting that is supported");
            }
        }

        var culture = order.Length == 0 ? Culture(language) : Culture($"{language}-u-co-{order}");
        return culture is null ? Wrong(text, $"'{language}' has no order '{order}'") : new Collation(tag, culture.CompareInfo, options, identical);
    }

    public bool Equals(Collation? other) => other is not null && Tag == other.Tag;

    public override int GetHashCode() => Tag.GetHashCode(StringComparison.Ordinal);

    /// <summary>Adds bytes that compare as the text does.</summary>
    internal void Write(ReadOnlySpan<char> text, KeyBuffer key)
    {
        var room = key.Scratch((text.Length * 8) + 64);
        int length;
        try
        {
            length = _texts.GetSortKey(text, room, _options);
        }
        catch (ArgumentException)
        {
            // Some characters expand to many.
            room = key.Scratch(_texts.GetSortKeyLength(text, _options));
            length = _texts.GetSortKey(text, room, _options);
        }

        key.Text(room[..length]);
        if (!_identical) return;
        room = key.Scratch(Encoding.UTF8.GetMaxByteCount(text.Length));
        key.Text(room[..Encoding.UTF8.GetBytes(text, room)]);
    }

    private static (string Language, List<(string Key, string Value)> Settings) Split(string tag)
    {
        var start = tag.IndexOf("-u-", StringComparison.Ordinal);
        if (start < 0) return (tag, []);
        var settings = new List<(string Key, string Value)>();
        foreach (var part in tag[(start + 3)..].Split('-'))
        {
            if (part.Length == 2 || settings.Count == 0) settings.Add((part, ""));
            else settings[^1] = (settings[^1].Key, settings[^1].Value.Length == 0 ? part : $"{settings[^1].Value}-{part}");
        }

        return (tag[..start], settings);
    }

    // Null where ICU does not know the language: it would fall back to the root in silence.
    private static CultureInfo? Culture(string name)
    {
        if (!Json.LanguageTag.IsTag(name)) return null;
        if (name is "und" or "root") return CultureInfo.InvariantCulture;
        if (!HasIcu) return CultureInfo.InvariantCulture;
        try
        {
            return CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }

    private static NgsiLdError Wrong(string text, string reason) => NgsiLdError.BadRequestData($"collation '{text}' is not valid: {reason}");
}
