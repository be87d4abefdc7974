using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Queries.Text;

namespace SmartCity.NgsiLd.Queries.Ordering;

/// <summary>The Entity Ordering Language (ETSI GS CIM 009 4.23.3): from its four members to one value.</summary>
public static class OrderingParser
{
    /// <summary>Terms, at most: each costs a lookup per Entity.</summary>
    private const int MaxTerms = 16;

    /// <summary>BadRequestData names the member that is missing or wrong (ETSI GS CIM 009 5.7.2.4).</summary>
    /// <param name="orderBy">Such as <c>name,age;desc</c>.</param>
    /// <param name="collation">An ICU collation (RFC 6067); null for that of the root.</param>
    /// <param name="from">Coordinates as a JSON array; null where distances are not asked for.</param>
    /// <param name="geometry">The GeoJSON type of <paramref name="from"/>; null for Point.</param>
    /// <param name="context">Expands names.</param>
    public static Result<EntityOrdering> Parse(string orderBy, string? collation, string? from, string? geometry, Context context)
    {
        if (!Terms(orderBy, context).TryGet(out var ordering, out var error)) return error;
        if (collation is not null)
        {
            if (!Collation.Parse(collation).TryGet(out var chosen, out error)) return error;
            ordering = ordering with { Collation = chosen };
        }

        if (from is not null)
        {
            var reference = GeoQueryParser.Reference(geometry?.Trim() ?? "Point", from, "orderGeometry", "orderFrom");
            if (!reference.TryGet(out var place, out error)) return error;
            return ordering with { Reference = place };
        }

        foreach (var term in ordering.Terms)
        {
            if (term.ByDistance) return NgsiLdError.BadRequestData("orderBy asks for distance, but orderFrom is missing");
        }

        return ordering;
    }

    private static Result<EntityOrdering> Terms(string orderBy, Context context)
    {
        if (TextCursor.Refuse(orderBy, "orderBy") is { } error) return error;
        var cursor = new TextCursor(orderBy, "orderBy");
        var terms = new List<OrderingTerm>();
        do
        {
            if (Term(cursor, context) is not { } term) break;
            terms.Add(term);
            if (terms.Count > MaxTerms)
                return new NgsiLdError(NgsiLdErrorKind.TooComplexQuery, $"orderBy has more than {MaxTerms} terms");
        }
        while (cursor.TryTake(','));
        return cursor.Finish(new EntityOrdering([.. terms]));
    }

    private static OrderingTerm? Term(TextCursor cursor, Context context)
    {
        var start = cursor.Position;
        if (AttributePathParser.Read(cursor, context) is not { } path) return null;
        if (path.Linked is not null)
        {
            cursor.Fail("an ordering does not follow links");
            return null;
        }

        // q cannot ask for the type, so its paths know no such member.
        if (cursor.Text[start..cursor.Position].Trim() == "type") path = AttributePath.Of("type");
        if (!cursor.TryTake(';')) return new(path, OrderDirection.Ascending);
        OrderDirection? direction = cursor.TakeUntil(",") switch
        {
            "asc" => OrderDirection.Ascending,
            "desc" => OrderDirection.Descending,
            "dist-asc" => OrderDirection.Nearest,
            "dist-desc" => OrderDirection.Farthest,
            _ => null,
        };
        if (direction is { } known) return new(path, known);
        cursor.Fail("a direction is asc, desc, dist-asc or dist-desc");
        return null;
    }
}
