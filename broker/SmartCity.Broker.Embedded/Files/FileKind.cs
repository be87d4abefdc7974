using System.Collections.Immutable;

namespace SmartCity.Broker.Embedded.Files;

/// <summary>What makes a SQLite file one of ours.</summary>
/// <param name="ApplicationId">Tells it from other programs' files, and ours from each other.</param>
/// <param name="Version">Of its tables.</param>
/// <param name="Tables">SQL that makes them.</param>
/// <param name="Before">Pragmas that only an empty file takes.</param>
/// <param name="Migrations">What leads from each version to the next one, the first of them from version 1.</param>
internal sealed record FileKind(int ApplicationId, int Version, string Tables, string Before, ImmutableArray<string> Migrations)
{
    /// <summary>Entities, the log, subscriptions.</summary>
    public static FileKind Current { get; } =
        new(Schema.ApplicationId, Schema.Version, Schema.Tables, $"PRAGMA page_size={Schema.PageSize}", Schema.Migrations);

    public static FileKind History { get; } = new(
        HistorySchema.ApplicationId, HistorySchema.Version, HistorySchema.Tables,
        $"PRAGMA page_size={Schema.PageSize}; PRAGMA auto_vacuum=INCREMENTAL", HistorySchema.Migrations);
}
