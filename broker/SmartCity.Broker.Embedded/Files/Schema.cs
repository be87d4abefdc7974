using System.Collections.Immutable;

namespace SmartCity.Broker.Embedded.Files;

/// <summary>The tables of the database file. A change of their shape is a new version and a migration.</summary>
internal static class Schema
{
    /// <summary>"SmCy": tells our files from other SQLite files.</summary>
    public const int ApplicationId = 0x536D4379;

    public const int Version = 7;

    /// <summary>
    /// Log groups and blocks are tens of kilobytes, for which SQLite's usual pages of 4 KiB make long chains; a lone small commit
    /// writes a page or two whole, which speaks against larger ones.
    /// </summary>
    public const int PageSize = 8 * 1024;

    public const string Tables =
        """
        CREATE TABLE name(id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
        CREATE TABLE tenant(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE mark(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

        -- The durable truth: one row per group commit, holding all its changes. Rows go once they are folded and released.
        CREATE TABLE change_log(first INTEGER PRIMARY KEY, count INTEGER NOT NULL, changes BLOB NOT NULL);

        -- Current Entities by tenant and ordinal of creation, many to a row. 'current_to' is the number of the change up to
        -- which a row is current at least; the log is replayed on top of it.
        CREATE TABLE block(tenant INTEGER NOT NULL, first INTEGER NOT NULL, current_to INTEGER NOT NULL,
            entities BLOB NOT NULL, PRIMARY KEY(tenant, first)) WITHOUT ROWID;

        CREATE TABLE subscription(tenant TEXT NOT NULL, id TEXT NOT NULL, document BLOB NOT NULL,
            PRIMARY KEY(tenant, id)) WITHOUT ROWID;
        CREATE TABLE subscription_progress(tenant TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
            sent INTEGER NOT NULL, failed INTEGER NOT NULL, last_notification INTEGER, last_success INTEGER,
            last_failure INTEGER, PRIMARY KEY(tenant, id)) WITHOUT ROWID;

        INSERT INTO tenant VALUES(1, '');
        """ + Contexts + HistoryLog + Snapshots + Registrations + Forwardings + Inboxes;

    private const string Contexts =
        """
        CREATE TABLE context(id TEXT PRIMARY KEY, tenant TEXT NOT NULL, kind INTEGER NOT NULL, needed INTEGER NOT NULL,
            created INTEGER NOT NULL, json BLOB NOT NULL);
        """;

    private const string HistoryLog =
        """
        -- What was written straight into the history, numbered along with the changes. Rows go once they are folded.
        CREATE TABLE history_log(first INTEGER PRIMARY KEY, count INTEGER NOT NULL, writes BLOB NOT NULL);
        """;

    private const string Snapshots =
        """
        CREATE TABLE snapshot(space TEXT PRIMARY KEY, tenant TEXT NOT NULL, id TEXT NOT NULL, deleted INTEGER NOT NULL,
            document BLOB NOT NULL) WITHOUT ROWID;
        """;

    private const string Registrations =
        """
        CREATE TABLE registration(tenant TEXT NOT NULL, id TEXT NOT NULL, document BLOB NOT NULL,
            PRIMARY KEY(tenant, id)) WITHOUT ROWID;
        CREATE TABLE registration_progress(tenant TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
            sent INTEGER NOT NULL, failed INTEGER NOT NULL, last_notification INTEGER, last_success INTEGER,
            last_failure INTEGER, PRIMARY KEY(tenant, id)) WITHOUT ROWID;
        CREATE TABLE source_subscription(tenant TEXT NOT NULL, id TEXT NOT NULL, document BLOB NOT NULL,
            PRIMARY KEY(tenant, id)) WITHOUT ROWID;
        CREATE TABLE source_subscription_progress(tenant TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL,
            sent INTEGER NOT NULL, failed INTEGER NOT NULL, last_notification INTEGER, last_success INTEGER,
            last_failure INTEGER, PRIMARY KEY(tenant, id)) WITHOUT ROWID;
        """;

    private const string Forwardings = "CREATE TABLE forwarding(key TEXT PRIMARY KEY, document BLOB NOT NULL) WITHOUT ROWID;";

    private const string Inboxes =
        """
        -- What happened to registrations, until all who subscribe to them have been told. Numbers are never used again.
        CREATE TABLE registration_change(number INTEGER PRIMARY KEY AUTOINCREMENT, tenant TEXT NOT NULL, id TEXT NOT NULL,
            before BLOB, after BLOB);
        -- What sources have told, until it is passed on.
        CREATE TABLE received(number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, identity INTEGER NOT NULL, link TEXT,
            body BLOB NOT NULL);
        """;

    // The history has moved into a file of its own, where it begins anew: nothing could ever read the old one.
    private const string NoHistory = "DROP TABLE IF EXISTS history; DROP TABLE IF EXISTS history_entity; DROP TABLE IF EXISTS history_run;";

    /// <summary>What leads from each version to the next one, the first of them from version 1.</summary>
    public static ImmutableArray<string> Migrations { get; } = [Contexts, NoHistory + HistoryLog, Snapshots, Registrations, Forwardings, Inboxes];
}
