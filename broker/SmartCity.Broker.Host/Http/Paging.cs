using System.Globalization;
using System.Text;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Http;

/// <summary>Pages of a list: what is asked for, and the links to its neighbours (ETSI GS CIM 009 5.5.9.2, 6.3.10, 6.3.13).</summary>
internal static class Paging
{
    public const string CountHeader = "NGSILD-Results-Count";

    public static Result<PageRequest> Read(QueryParameters parameters, Options options, Limits limits)
    {
        if (!parameters.Number(Parameters.Limit, limits.DefaultPage).TryGet(out var limit, out var error)) return error;
        if (!parameters.Number(Parameters.Offset, 0).TryGet(out var offset, out error)) return error;
        if (!parameters.Flag(Parameters.Count).TryGet(out var count, out error)) return error;
        count |= (options & Options.Count) != 0;
        if (limit == 0 && !count) return NgsiLdError.BadRequestData("limit is 0, which only count=true allows");
        if (limit > limits.MaxPage) return NgsiLdError.BadRequestData($"limit is {limit}, which is more than {limits.MaxPage}");
        return new PageRequest(offset, limit, count);
    }

    /// <summary>Link values to the next and the previous page, each after a comma; empty where there are none.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="page">The page that it asked for.</param>
    /// <param name="hasMore">Whether something follows it.</param>
    /// <param name="type">The media type of the answer.</param>
    /// <param name="next">Where the next page starts, given its offset; null where only the offset says.</param>
    /// <param name="previous">The same for the previous page, which there is where it says something.</param>
    public static string Links(
        Exchange exchange, PageRequest page, bool hasMore, MediaType type, Func<int, string>? next = null, Func<int, string>? previous = null)
    {
        var hasPrevious = page.Offset > 0 || previous is not null;
        if (page.Limit == 0 || (!hasMore && !hasPrevious)) return "";
        var links = new StringBuilder();
        if (hasMore && page.Offset <= int.MaxValue - page.Limit) Append(page.Offset + page.Limit, next, "next");
        if (hasPrevious) Append(Math.Max(0, page.Offset - page.Limit), previous, "prev");
        return links.ToString();

        void Append(int offset, Func<int, string>? cursor, string relation)
        {
            links.Append(", <").Append(exchange.Path).Append('?');
            foreach (var part in exchange.QueryString.AsSpan().Split('&'))
            {
                var pair = exchange.QueryString.AsSpan()[part];
                var equals = pair.IndexOf('=');
                var name = ParameterNames.Find(equals < 0 ? pair : pair[..equals]);
                if (name is Parameters.Limit or Parameters.PageSize or Parameters.Offset or Parameters.Cursor or Parameters.None) continue;
                links.Append(pair.ToString().Replace(">", "%3E", StringComparison.Ordinal)).Append('&');
            }

            links.Append(CultureInfo.InvariantCulture, $"limit={page.Limit}&offset={offset}");
            if (cursor is not null) links.Append("&cursor=").Append(cursor(offset));
            links.Append($">; rel=\"{relation}\"; type=\"{type.Text()}\"");
        }
    }
}
