using System.Globalization;
using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>
/// The cursor parameter, which the links to other pages carry beside limit and offset, so that they lead to the right Entities
/// while others write. Clients do not read it; whoever changes the offset leaves it behind.
/// </summary>
/// <param name="Cursor">Where the page is.</param>
/// <param name="Offset">The offset that the link has with it.</param>
/// <param name="ContextMark">Tells the @context of the first page from others.</param>
internal readonly record struct CursorText(PageCursor Cursor, int Offset, ulong ContextMark)
{
    private const string MapPrefix = "urn:ngsi-ld:entitymap:";

    private static readonly ulong CoreMark = Hash(Context.Core.Json);

    public static ulong MarkOf(Context context) => ReferenceEquals(context, Context.Core) ? CoreMark : Hash(context.Json);

    /// <summary>BadRequestData where no link had it.</summary>
    public static Result<CursorText> Parse(string text)
    {
        if (text.Split('.') is not [var kind, var offset, var mark, .. var place]
            || !int.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            || !ulong.TryParse(mark, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var context)
            || Place(kind, place) is not { } cursor)
        {
            return NgsiLdError.BadRequestData("cursor is not one that a link of this broker has");
        }

        return new CursorText(cursor, page, context);
    }

    public override string ToString()
    {
        var direction = Cursor.Backwards ? 'b' : 'f';
        return Cursor switch
        {
            PositionCursor { At: var at } => FormattableString.Invariant(
                $"{direction}p.{Offset}.{ContextMark:x}.{at.Bound}.{at.Position}"),
            MapCursor map => FormattableString.Invariant(
                $"{direction}m.{Offset}.{ContextMark:x}.{map.MapId[MapPrefix.Length..]}.{map.Index}"),
            _ => throw new InvalidOperationException("The cursor is of an unknown kind."),
        };
    }

    private static PageCursor? Place(string kind, string[] place) => (kind, place) switch
    {
        ("fp" or "bp", [var bound, var position]) when Number(bound) is { } end && Number(position) is { } at =>
            new PositionCursor(new(end, at, kind[0] == 'b')),
        ("fm" or "bm", [var id, var index]) when Number(index) is >= int.MinValue and <= int.MaxValue and { } at =>
            new MapCursor(MapPrefix + id, (int)at, kind[0] == 'b'),
        _ => null,
    };

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    // FNV-1a: the same in every process, so that a link outlives a restart.
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in bytes) hash = (hash ^ value) * 1099511628211UL;
        return hash;
    }
}
