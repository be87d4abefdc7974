using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// The Attribute Projection Language (ETSI GS CIM 009 4.21): from text to its tree. Empty items of a list are passed over.
/// </summary>
public static class ProjectionParser
{
    private const string NameEnds = ",|{}<>\"";

    /// <summary>
    /// BadRequestData with the place and the reason where the text is not valid; TooComplexQuery where it is too long or nests
    /// too deep.
    /// </summary>
    public static Result<Projection> Parse(string text, Context context)
    {
        if (TextCursor.Refuse(text, "the projection") is { } error) return error;
        var cursor = new TextCursor(text, "the projection");
        return cursor.Finish(Members(cursor, context));
    }

    /// <summary>Writes a compacted name so that it reads back.</summary>
    internal static string WriteName(string name) => NameText.WriteUntil(name, NameEnds);

    private static Projection? Members(TextCursor cursor, Context context)
    {
        var members = new List<ProjectedMember>();
        do
        {
            cursor.SkipBlanks();
            if (cursor.AtEnd || cursor.Current is ',' or '|' or '}') continue;
            if (Member(cursor, context) is not { } member) return null;
            members.Add(member);
        }
        while (cursor.TryTake(',') || cursor.TryTake('|'));

        if (members.Count == 0) cursor.Fail("a name is expected");
        return members.Count == 0 ? null : new([.. members]);
    }

    private static ProjectedMember? Member(TextCursor cursor, Context context)
    {
        if (NameText.ReadUntil(cursor, NameEnds, "a name is expected") is not { } name) return null;
        var expanded = ReservedMembers.IsProjected(name) ? name : context.Expand(name);
        if (!cursor.TryTake('{')) return new(expanded, null);
        if (!cursor.Enter()) return null;
        var linked = Members(cursor, context);
        return linked is not null && cursor.Leave('}') ? new(expanded, linked) : null;
    }
}
