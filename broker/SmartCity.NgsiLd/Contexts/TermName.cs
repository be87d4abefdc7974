using System.Text;

namespace SmartCity.NgsiLd.Contexts;

/// <summary>The grammar of type and Attribute names (ETSI GS CIM 009 4.6.2).</summary>
public static class TermName
{
    /// <summary>A letter, then letters, numbers and underscores of any script; perhaps after a prefix and a colon.</summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? IsPlain(text) : IsPlain(text[..colon]) && IsPlain(text[(colon + 1)..]);
    }

    /// <summary>A name, or the fully qualified name that a response shows where no term stands for it (5.5.7).</summary>
    public static bool IsNameOrIri(ReadOnlySpan<char> text) => IsName(text) || Iri.IsAbsolute(text);

    private static bool IsPlain(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return false;
        var first = true;
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out var rune, out var used) != System.Buffers.OperationStatus.Done) return false;
            var isLetter = Rune.IsLetter(rune);
            if (!isLetter && (first || (rune.Value != '_' && !IsNumber(rune)))) return false;
            first = false;
            text = text[used..];
        }

        return true;
    }

    private static bool IsNumber(Rune rune) => rune.IsAscii ? Rune.IsDigit(rune) : Rune.IsNumber(rune);
}
