namespace SmartCity.ConformanceTests.Clauses;

/// <summary>Parts of a page that are written by a test, between <c>&lt;!-- name:begin --&gt;</c> and <c>&lt;!-- name:end --&gt;</c>.</summary>
internal static class Marked
{
    /// <summary>The page with another part.</summary>
    public static string Replace(string page, string name, string part)
    {
        var opening = $"<!-- {name}:begin -->";
        var begin = page.IndexOf(opening, StringComparison.Ordinal) + opening.Length;
        var end = page.IndexOf($"<!-- {name}:end -->", begin, StringComparison.Ordinal);
        return page[..begin] + "\n" + part + page[end..];
    }
}
