namespace SmartCity.NgsiLd.Queries.Text;

/// <summary>A place in the text of a query, and the first thing found wrong with it.</summary>
/// <param name="text">What a client sent, decoded.</param>
/// <param name="subject">What errors call it, such as <c>q</c>.</param>
internal sealed class TextCursor(string text, string subject)
{
    /// <summary>Characters in a query, at most.</summary>
    public const int MaxLength = 16_384;

    /// <summary>Brackets of any sort that stand in each other, at most: parsers recurse that deep.</summary>
    public const int MaxDepth = 64;

    /// <summary>Patterns in a query, at most: each costs an automaton.</summary>
    public const int MaxPatterns = 16;

    private int _depth;
    private int _patterns;

    public string Text => text;

    public int Position { get; set; }

    public NgsiLdError? Error { get; private set; }

    public bool AtEnd => Position >= text.Length;

    /// <summary>NUL at the end.</summary>
    public char Current => AtEnd ? '\0' : text[Position];

    public ReadOnlySpan<char> Rest => text.AsSpan(Position);

    /// <summary>Null where the text is short enough to be read.</summary>
    public static NgsiLdError? Refuse(string text, string subject) => text.Length <= MaxLength
        ? null
        : new(NgsiLdErrorKind.TooComplexQuery, $"{subject} is longer than {MaxLength} characters");

    public void SkipBlanks()
    {
        while (!AtEnd && char.IsWhiteSpace(text[Position])) Position++;
    }

    /// <summary>Takes a character, and blanks before it, where it is next.</summary>
    public bool TryTake(char c)
    {
        SkipBlanks();
        if (Current != c || AtEnd) return false;
        Position++;
        return true;
    }

    /// <summary>Takes some characters, and blanks before them, where they are next.</summary>
    public bool TryTake(string characters)
    {
        SkipBlanks();
        if (!Rest.StartsWith(characters, StringComparison.Ordinal)) return false;
        Position += characters.Length;
        return true;
    }

    /// <summary>Goes into brackets; false, with an error, where they nest too deep.</summary>
    public bool Enter()
    {
        if (++_depth <= MaxDepth) return true;
        Error ??= new(NgsiLdErrorKind.TooComplexQuery, $"{subject} nests deeper than {MaxDepth} levels");
        return false;
    }

    /// <summary>Goes out of brackets over the closing one; false, with an error, where it is not next.</summary>
    public bool Leave(char closing)
    {
        _depth--;
        return TryTake(closing) || Fail($"'{closing}' is expected");
    }

    /// <summary>Notes that one more pattern is next; false, with an error, where they are too many.</summary>
    public bool CountPattern()
    {
        if (++_patterns <= MaxPatterns) return true;
        Error ??= new(NgsiLdErrorKind.TooComplexQuery, $"{subject} has more than {MaxPatterns} patterns");
        return false;
    }

    /// <summary>Notes what is wrong here, unless something was wrong before. Always false.</summary>
    public bool Fail(string reason)
    {
        Error ??= NgsiLdError.BadRequestData($"{subject} is not valid at position {Position + 1}: {reason}");
        return false;
    }

    public void Fail(NgsiLdError error) => Error ??= error;

    /// <summary>The tree, unless something was wrong or text is left over.</summary>
    public Result<T> Finish<T>(T? tree)
        where T : class
    {
        SkipBlanks();
        if (Error is null && !AtEnd) Fail($"'{Current}' is not expected");
        return Error is null ? tree! : Error;
    }

    /// <summary>Characters up to one of the given ones, without blanks around them.</summary>
    public string TakeUntil(ReadOnlySpan<char> stops)
    {
        SkipBlanks();
        var length = Rest.IndexOfAny(stops);
        var taken = length < 0 ? Rest : Rest[..length];
        Position += taken.Length;
        return taken.TrimEnd().ToString();
    }
}
