using SmartCity.Broker.Embedded.History.Tables;

namespace SmartCity.Broker.Embedded.History.Folding;

/// <summary>From when to when a series has instances.</summary>
internal static class SeriesBounds
{
    public static void Widen(HistoryTables tables, long series, Span observed, Span modified)
    {
        // SQLite's min and max of several values are NULL if one is.
        var update = tables[
            """
            UPDATE series SET
                first_observed = min(coalesce(first_observed, ?2), coalesce(?2, first_observed)),
                last_observed = max(coalesce(last_observed, ?3), coalesce(?3, last_observed)),
                first_modified = min(coalesce(first_modified, ?4), ?4), last_modified = max(coalesce(last_modified, ?5), ?5)
            WHERE id = ?1
            """].Bind(1, series).Bind(4, modified.First).Bind(5, modified.Last);
        if (observed.IsNone) update.BindNull(2).BindNull(3);
        else update.Bind(2, observed.First).Bind(3, observed.Last);
        update.Run();
    }

    /// <summary>After instances have gone: from what is left; where nothing is, the series goes, too.</summary>
    /// <returns>Whether there is anything left.</returns>
    public static bool Renew(HistoryTables tables, long series, List<long> runs)
    {
        var (observed, modified) = (Span.None, Span.None);
        foreach (var block in tables.BlocksOf(series, runs)) (observed, modified) = (observed.With(block.Observed), modified.With(block.Modified));
        if (modified.IsNone)
        {
            tables["DELETE FROM series WHERE id = ?"].Bind(1, series).Run();
            return false;
        }

        tables["UPDATE series SET first_observed = NULL, last_observed = NULL, first_modified = NULL, last_modified = NULL WHERE id = ?"]
            .Bind(1, series).Run();
        Widen(tables, series, observed, modified);
        return true;
    }
}
