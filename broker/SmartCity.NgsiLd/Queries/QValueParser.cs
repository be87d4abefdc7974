using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries;

/// <summary>The right-hand sides of q (ETSI GS CIM 009 4.9: ComparableValue, CompEqualityValue, RegExp).</summary>
internal static class QValueParser
{
    private const string WordEnds = ";|,()=<>~!\"{}[]";

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    /// <summary>Null, with an error at the cursor, where no value that suits the operator is next.</summary>
    public static QValue? Read(TextCursor cursor, QOperator op)
    {
        if (op is QOperator.Matches or QOperator.NotMatches) return PatternText.Read(cursor);
        var start = cursor.Position;
        if (Single(cursor) is not { } first) return null;
        if (cursor.TryTake("..")) return Range(cursor, first, op, start);
        if (cursor.TryTake(',')) return List(cursor, first, op, start);
        if (op is QOperator.Equal or QOperator.Unequal || first is not (QBoolean or QUri)) return first;
        return Refuse(cursor, start, "only == and != compare with a boolean or a URI");
    }

    private static QRange? Range(TextCursor cursor, QValue from, QOperator op, int start)
    {
        if (op is not (QOperator.Equal or QOperator.Unequal))
            return Refuse<QRange>(cursor, start, "only == and != compare with a range");
        if (Single(cursor) is not { } to) return null;
        if (from is QBoolean or QUri || from.GetType() != to.GetType() || (from as QTemporal)?.Kind != (to as QTemporal)?.Kind)
            return Refuse<QRange>(cursor, start, "the ends of a range are of one type that has an order");
        return new(from, to);
    }

    private static QList? List(TextCursor cursor, QValue first, QOperator op, int start)
    {
        if (op is not (QOperator.Equal or QOperator.Unequal))
            return Refuse<QList>(cursor, start, "only == and != compare with a list");
        var items = ImmutableArray.CreateBuilder<QValue>();
        items.Add(first);
        do
        {
            if (Single(cursor) is not { } next) return null;
            items.Add(next);
        }
        while (cursor.TryTake(','));
        return new(items.ToImmutable());
    }

    private static QValue? Single(TextCursor cursor)
    {
        cursor.SkipBlanks();
        if (cursor.Current == '"') return QuotedText.Read(cursor) is { } text ? new QString(text) : null;
        var length = UriLength(cursor.Rest);
        if (length > 0) return new QUri(Take(cursor, length));
        var word = Take(cursor, WordLength(cursor.Rest));
        return word.Length > 0 ? Word(word) : Refuse(cursor, cursor.Position, "a value is expected");
    }

    private static QValue Word(string word)
    {
        if (word is "true" or "false") return new QBoolean(word == "true");
        if (IsNumber(word, out var number)) return new QNumber(number, word);
        return TemporalText.KindOf(Encoding.UTF8.GetBytes(word)) is { } kind ? new QTemporal(word, kind) : new QString(word);
    }

    private static bool IsNumber(string word, out double number)
    {
        const NumberStyles Json = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        number = 0;
        var digits = word.AsSpan(word[0] == '-' ? 1 : 0);
        return digits is [>= '0' and <= '9', ..] && !(digits is ['0', >= '0' and <= '9', ..])
            && double.TryParse(word, Json, CultureInfo.InvariantCulture, out number);
    }

    private static int WordLength(ReadOnlySpan<char> rest)
    {
        var length = rest.IndexOfAny(WordEnds);
        if (length < 0) length = rest.Length;
        var dots = rest[..length].IndexOf("..", StringComparison.Ordinal);
        if (dots >= 0) return dots;
        return length + CommaFraction(rest[..length], rest[length..]);
    }

    /// <summary>Seconds may have their fraction after a comma (ETSI GS CIM 009 4.6.3), which otherwise separates values.</summary>
    private static int CommaFraction(ReadOnlySpan<char> word, ReadOnlySpan<char> after)
    {
        if (word is not [.., ':', >= '0' and <= '9', >= '0' and <= '9'] || after is not [',', ..]) return 0;
        var digits = after[1..].IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && after[1 + digits] == 'Z' ? digits + 2 : 0;
    }

    /// <summary>0 where no scheme is next. Inside parentheses a URI may have what otherwise ends it.</summary>
    private static int UriLength(ReadOnlySpan<char> rest)
    {
        var colon = rest.IndexOfAnyExcept(SchemeCharacters);
        if (colon < 1 || rest[colon] != ':' || !char.IsAsciiLetter(rest[0])) return 0;
        var depth = 0;
        for (var i = colon + 1; i < rest.Length; i++)
        {
            var c = rest[i];
            if (c == '(') depth++;
            else if (c == ')' && --depth < 0) return i;
            else if (depth == 0 && (c is ';' or '|' or ',' or '"' || char.IsWhiteSpace(c))) return i;
        }

        return rest.Length;
    }

    private static string Take(TextCursor cursor, int length)
    {
        var taken = cursor.Rest[..length].TrimEnd().ToString();
        cursor.Position += length;
        return taken;
    }

    private static QValue? Refuse(TextCursor cursor, int position, string reason) => Refuse<QValue>(cursor, position, reason);

    private static T? Refuse<T>(TextCursor cursor, int position, string reason)
        where T : QValue
    {
        cursor.Position = position;
        cursor.SkipBlanks();
        cursor.Fail(reason);
        return null;
    }
}
