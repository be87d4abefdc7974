using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// A regular expression as ETSI GS CIM 009 4.9 and 5.2.33 use it (IEEE 1003.2): found anywhere in the text unless anchored. It
/// runs in time linear in the text, whatever the pattern; so back-references and look-around, which POSIX's extended syntax
/// lacks too, are errors.
/// </summary>
public sealed class TextPattern : IEquatable<TextPattern>
{
    /// <summary>Characters in a pattern, at most.</summary>
    public const int MaxLength = 1024;

    /// <summary>Parts that counted repetitions may add, at most.</summary>
    public const int MaxRepeatedParts = 128;

    private readonly Regex _regex;

    private TextPattern(string text, Regex regex)
    {
        Text = text;
        _regex = regex;
    }

    /// <summary>As it was given, POSIX classes included.</summary>
    public string Text { get; }

    /// <summary>BadRequestData where the expression is not valid, TooComplexQuery where it is too large.</summary>
    public static Result<TextPattern> Parse(string text)
    {
        if (text.Length > MaxLength) return TooComplex($"is longer than {MaxLength} characters");
        if (PatternSize.RepeatedParts(text) > MaxRepeatedParts) return TooComplex("repeats too much");
        if (!PosixPattern.Translate(text).TryGet(out var translated, out var error)) return error;
        try
        {
            return new TextPattern(text, new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (RegexParseException e)
        {
            return NgsiLdError.BadRequestData($"the pattern '{text}' is not valid: {e.Error} at position {e.Offset}");
        }
        catch (NotSupportedException)
        {
            return TooComplex("uses back-references or look-around");
        }
    }

    public bool IsMatch(ReadOnlySpan<char> text) => _regex.IsMatch(text);

    /// <inheritdoc cref="IsMatch(ReadOnlySpan{char})"/>
    public bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= 256)
        {
            Span<char> text = stackalloc char[utf8.Length];
            return IsMatch(text[..Encoding.UTF8.GetChars(utf8, text)]);
        }

        var rented = ArrayPool<char>.Shared.Rent(utf8.Length);
        var matches = IsMatch(rented.AsSpan(0, Encoding.UTF8.GetChars(utf8, rented)));
        ArrayPool<char>.Shared.Return(rented);
        return matches;
    }

    public bool Equals(TextPattern? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as TextPattern);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    private static NgsiLdError TooComplex(string reason) =>
        new(NgsiLdErrorKind.TooComplexQuery, $"the pattern {reason}");
}
