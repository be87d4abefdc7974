using System.Collections.Immutable;

namespace SmartCity.Broker.Embedded.Files;

/// <summary>The tables of the history's file. A change of their shape is a new version and a migration.</summary>
internal static class HistorySchema
{
    /// <summary>"SmCh".</summary>
    public const int ApplicationId = 0x536D4368;

    public const int Version = 2;

    /// <summary>
    /// Numbers of tenants and names are those of the main file, whose rows are always older than what refers to them here.
    /// </summary>
    public const string Tables =
        """
        CREATE TABLE mark(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

        -- An evolution. Ids ascend in the order in which they came; 'types' are numbers of names, four bytes each; 'loose' are
        -- its instances that are in no block yet.
        CREATE TABLE entity(id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, uri TEXT NOT NULL, types BLOB NOT NULL,
            created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, deleted_at INTEGER, loose BLOB);
        CREATE UNIQUE INDEX entity_uri ON entity(tenant, uri);
        CREATE INDEX entity_of ON entity(tenant);

        -- What has blocks. The bounds are those of its instances in them, or wider. An id is never given again.
        CREATE TABLE series(id INTEGER PRIMARY KEY AUTOINCREMENT, entity INTEGER NOT NULL, attribute INTEGER NOT NULL, dataset TEXT NOT NULL,
            first_observed INTEGER, last_observed INTEGER, first_modified INTEGER, last_modified INTEGER);
        CREATE UNIQUE INDEX series_key ON series(entity, attribute, dataset);

        -- Blocks of a run are in the order of their series, one at most of each. Run 0 holds the full blocks, which stay where
        -- they are. Runs of a level are merged into one of the next; while that goes on, 'into' says which.
        CREATE TABLE run(id INTEGER PRIMARY KEY AUTOINCREMENT, level INTEGER NOT NULL, into_run INTEGER);
        CREATE TABLE block(id INTEGER PRIMARY KEY, run INTEGER NOT NULL, series INTEGER NOT NULL,
            first_observed INTEGER, last_observed INTEGER, first_modified INTEGER NOT NULL, last_modified INTEGER NOT NULL,
            unobserved INTEGER NOT NULL, first_number INTEGER NOT NULL, last_number INTEGER NOT NULL, instances BLOB NOT NULL);
        CREATE INDEX block_of ON block(run, series, first_observed, last_observed, first_modified, last_modified, unobserved);

        INSERT INTO mark VALUES('folded_to', 0), ('store_id', abs(random() % 4294967296));
        """;

    /// <summary>What leads from each version to the next one, the first of them from version 1.</summary>
    public static ImmutableArray<string> Migrations { get; } = ["ALTER TABLE entity ADD COLUMN loose BLOB;"];
}
