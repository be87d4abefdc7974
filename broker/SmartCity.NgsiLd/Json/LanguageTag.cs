namespace SmartCity.NgsiLd.Json;

/// <summary>The shape of language tags (RFC 5646 2.1): subtags of one to eight letters and digits, the first of letters.</summary>
internal static class LanguageTag
{
    public static bool IsTag(ReadOnlySpan<char> text)
    {
        var isFirst = true;
        foreach (var range in text.Split('-'))
        {
            var subtag = text[range];
            if (subtag.Length is 0 or > 8) return false;
            foreach (var c in subtag)
            {
                if (!(isFirst ? char.IsAsciiLetter(c) : char.IsAsciiLetterOrDigit(c))) return false;
            }

            isFirst = false;
        }

        return true;
    }
}
