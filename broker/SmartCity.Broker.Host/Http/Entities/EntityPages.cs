using SmartCity.Broker.Entities;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Queries.Ordering;

namespace SmartCity.Broker.Host.Http.Entities;

/// <summary>Which page of Entities a request asks for, and the links to its neighbours (ETSI GS CIM 009 5.5.9, 6.3.10).</summary>
/// <param name="Paging">The page.</param>
/// <param name="ContextMark">Tells the request's @context from others.</param>
internal sealed record EntityPages(EntityPaging Paging, ulong ContextMark)
{
    public const Parameters Known = Parameters.Paging | Parameters.Cursor | Parameters.Ordering | Parameters.Mapping;

    public static Result<EntityPages> Read(Exchange exchange, QueryParameters parameters, Options options, Call call, Limits limits)
    {
        if (!Http.Paging.Read(parameters, options, limits).TryGet(out var page, out var error)) return error;
        if (!Ordering(parameters, call).TryGet(out var ordering, out error)) return error;
        if (!EntityMapHeader.Read(exchange, parameters).TryGet(out var map, out error)) return error;
        var mark = CursorText.MarkOf(call.Context);
        var paging = new EntityPaging(page) { Ordering = ordering, Map = map };
        if (parameters.NonEmpty(Parameters.Cursor) is not { } text) return new EntityPages(paging, mark);

        if (!CursorText.Parse(text).TryGet(out var cursor, out error)) return error;
        if (cursor.ContextMark != mark)
        {
            return NgsiLdError.BadRequestData("the @context is another one than that of the page whose link this is");
        }

        return new EntityPages(At(paging, cursor), mark);
    }

    /// <summary>ETSI GS CIM 009 4.23, 5.7.2.4; null where no order is asked for.</summary>
    public static Result<EntityOrdering?> Ordering(QueryParameters parameters, Call call)
    {
        var collation = parameters.NonEmpty(Parameters.Collation);
        if (parameters.NonEmpty(Parameters.OrderBy) is { } orderBy)
        {
            if (!call.Local) return NgsiLdError.BadRequestData("orderBy needs local=true: what several brokers answer has no order");
            var parsed = OrderingParser.Parse(
                orderBy, collation, parameters.NonEmpty(Parameters.OrderFrom), parameters.NonEmpty(Parameters.OrderGeometry), call.Context);
            return parsed.TryGet(out var ordering, out var error) ? ordering : error;
        }

        // It orders nothing, but has to make sense.
        if (collation is not null && !Collation.Parse(collation).TryGet(out _, out var wrong)) return wrong;
        return (EntityOrdering?)null;
    }

    public string Links(Exchange exchange, EntityAnswer answer, MediaType type) => Http.Paging.Links(
        exchange, Paging.Page, answer.HasMore, type, Cursor(answer.Next), Cursor(answer.Previous));

    private static EntityPaging At(EntityPaging paging, CursorText text)
    {
        // Another offset than that of the link is another place.
        var isMoved = text.Offset != paging.Page.Offset;
        if (text.Cursor is not MapCursor map) return isMoved ? paging : paging with { Cursor = text.Cursor };
        // A link of a page of an EntityMap leads to the same one.
        if (paging.Map is { Id: null } wanted) paging = paging with { Map = wanted with { Id = map.MapId } };
        return paging with { Cursor = isMoved ? new MapCursor(map.MapId, null, false) : map };
    }

    private Func<int, string>? Cursor(PageCursor? cursor) =>
        cursor is null ? null : offset => new CursorText(cursor, offset, ContextMark).ToString();
}
