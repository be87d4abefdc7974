using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries;

/// <summary>Attribute paths (ETSI GS CIM 009 4.9, production rule Attribute): from text to a value.</summary>
public static class AttributePathParser
{
    /// <summary>BadRequestData with the place and the reason where the text is not valid.</summary>
    /// <param name="text">Such as <c>address[city]</c> or <c>temperature.observedAt</c>.</param>
    /// <param name="context">Expands the names.</param>
    /// <param name="subject">What errors call it, such as <c>orderBy</c>.</param>
    public static Result<AttributePath> Parse(string text, Context context, string subject)
    {
        if (TextCursor.Refuse(text, subject) is { } error) return error;
        var cursor = new TextCursor(text, subject);
        return cursor.Finish(Read(cursor, context));
    }

    /// <summary>Null, with an error at the cursor, where no path is next.</summary>
    internal static AttributePath? Read(TextCursor cursor, Context context) =>
        NameText.Read(cursor, colons: true) is { } name ? Read(cursor, context, name, colons: true) : null;

    /// <summary>The path whose first name has been read.</summary>
    private static AttributePath? Read(TextCursor cursor, Context context, string first, bool colons)
    {
        var terms = new List<string> { first };
        while (cursor.Current == '.' && !cursor.Rest.StartsWith("..", StringComparison.Ordinal))
        {
            cursor.Position++;
            if (NameText.Read(cursor, colons) is not { } name) return null;
            terms.Add(name);
        }

        var path = new AttributePath { Names = Expand(terms, context) };
        if (cursor.TryTake('[')) return Trailing(cursor) is { } trailing ? path with { Trailing = trailing } : null;
        if (cursor.TryTake('{')) return Linked(cursor, context) is { } linked ? path with { Linked = linked } : null;
        return path;
    }

    private static ImmutableArray<string> Expand(List<string> terms, Context context)
    {
        if (terms is [var only] && ReservedMembers.IsOfEntity(only)) return [only];
        var names = ImmutableArray.CreateBuilder<string>(terms.Count);
        for (var i = 0; i < terms.Count; i++)
        {
            var reserved = i > 0 && i == terms.Count - 1 && ReservedMembers.IsOfAttribute(terms[i]);
            names.Add(reserved ? terms[i] : context.Expand(terms[i]));
        }

        return names.MoveToImmutable();
    }

    /// <summary>JSON member names, or a language, up to the closing bracket.</summary>
    private static ImmutableArray<string>? Trailing(TextCursor cursor)
    {
        var members = ImmutableArray.CreateBuilder<string>();
        do
        {
            if (Member(cursor) is not { } member) return null;
            members.Add(member);
        }
        while (cursor.TryTake('.'));
        return cursor.TryTake(']') || cursor.Fail("']' is expected") ? members.ToImmutable() : null;
    }

    private static string? Member(TextCursor cursor)
    {
        cursor.SkipBlanks();
        if (cursor.Current == '"') return QuotedText.Read(cursor);
        var member = cursor.TakeUntil(".]\"");
        if (member.Length > 0) return member;
        cursor.Fail("the name of a member or a language is expected");
        return null;
    }

    /// <summary>
    /// <c>Type1,Type2:attr</c> or <c>attr</c> up to the closing brace. A colon ends the types, so prefixed names stand in angle
    /// brackets here.
    /// </summary>
    private static LinkedPath? Linked(TextCursor cursor, Context context)
    {
        if (!cursor.Enter()) return null;
        var names = new List<string>();
        do
        {
            if (NameText.Read(cursor, colons: false) is not { } name) return null;
            names.Add(name);
        }
        while (cursor.TryTake(','));

        ImmutableArray<string> types = [];
        if (cursor.TryTake(':'))
        {
            types = [.. names.Select(context.Expand)];
            if (NameText.Read(cursor, colons: false) is not { } name) return null;
            names = [name];
        }
        else if (names.Count > 1)
        {
            cursor.Fail("':' is expected after the types");
            return null;
        }

        var path = Read(cursor, context, names[0], colons: false);
        return path is not null && cursor.Leave('}') ? new(types, path) : null;
    }
}
