using SmartCity.Broker.Embedded;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Outbound;
using SmartCity.Broker.Snapshots;

namespace SmartCity.Broker.Host.Settings;

/// <summary>The settings that have a section.</summary>
internal static class Sections
{
    public static SettingsSection<Limits> Limits { get; } = new("Limits", () => new());

    public static SettingsSection<EntityMapSettings> EntityMaps { get; } = new("EntityMaps", () => new());

    public static SettingsSection<FederationSettings> Federation { get; } = new("Federation", () => new(), areTextsFiles: false);

    public static SettingsSection<NotificationSettings> Notifications { get; } = new("Notifications", () => new());

    public static SettingsSection<OutboundSettings> Outbound { get; } = new("Outbound", () => new(), areTextsFiles: false);

    public static SettingsSection<SnapshotSettings> Snapshots { get; } = new("Snapshots", () => new());

    public static SettingsSection<EmbeddedStoreOptions> Store { get; } = new("Store", () => new() { Directory = "" });

    public static SettingsSection<HistoryOptions> History { get; } = new("History", () => new());

    /// <summary>The one setting of a section that is no number, time or truth.</summary>
    public static string HistoryRules => "History:Rules";

    public static IEnumerable<(string Option, string Kind, string Description)> Options =>
    [
        .. Limits.Options, .. EntityMaps.Options, .. Federation.Options, .. Notifications.Options, .. Outbound.Options, .. Snapshots.Options, .. Store.Options,
        .. History.Options,
        ($"--{HistoryRules}", nameof(String), "what is recorded and kept, such as \"keep 400 days; tenant=trial off\" (default all, for ever)"),
    ];
}
