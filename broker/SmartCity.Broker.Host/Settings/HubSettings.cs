using SmartCity.Broker.Embedded;
using SmartCity.Broker.EntityMaps;
using SmartCity.Broker.Federation;
using SmartCity.Broker.Notifications;
using SmartCity.Broker.Outbound;
using SmartCity.Broker.Snapshots;
using SmartCity.NgsiLd;

namespace SmartCity.Broker.Host.Settings;

/// <summary>What the operator decides. Each is an option of the command line; see <see cref="CommandLine"/>.</summary>
internal sealed record HubSettings
{
    /// <summary>Where the broker listens, separated by semicolons. Default http://localhost:1026.</summary>
    public string Urls { get; init; } = "http://localhost:1026";

    /// <summary>Where clients find the broker, such as https://hub.example.org; null for wherever a request says that it went.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>
    /// The broker's name among Context Sources, unique among those that know of each other (ETSI GS CIM 009 5.2.40). Default:
    /// one made from the names of the machine and of the store's folder.
    /// </summary>
    public string? Alias { get; init; }

    /// <summary>The folder of the store. Default ./data.</summary>
    public string Data { get; init; } = "data";

    /// <summary>A folder of contexts that are known without fetching them; null for none but those built in.</summary>
    public string? Contexts { get; init; }

    /// <summary>The least level that is logged. Default Information: starts, stops and failures.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Log lines as JSON. Default false.</summary>
    public bool LogJson { get; init; }

    /// <summary>Origins of web pages that may call the broker, separated by commas. Default any; empty for none.</summary>
    public string Cors { get; init; } = "*";

    public Limits Limits { get; init; } = Limits.Default;

    public EntityMapSettings EntityMaps { get; init; } = EntityMapSettings.Default;

    public FederationSettings Federation { get; init; } = FederationSettings.Default;

    public NotificationSettings Notifications { get; init; } = NotificationSettings.Default;

    public OutboundSettings Outbound { get; init; } = OutboundSettings.Default;

    /// <summary>
    /// Only programs on this machine can call: it listens on loopback alone, and no proxy makes it public. They reach loopback themselves, so
    /// that requests of the broker give them nothing.
    /// </summary>
    public bool IsDevelopment => PublicUrl is null
        && Urls.Split(';', StringSplitOptions.TrimEntries).All(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.IsLoopback);

    /// <summary>Where it may go on somebody else's word; BadRequestData names the setting that is wrong.</summary>
    public Result<OutboundPolicy> OutboundPolicy => Broker.Outbound.OutboundPolicy.From(Outbound, IsDevelopment);

    public SnapshotSettings Snapshots { get; init; } = SnapshotSettings.Default;

    /// <summary>The store's bounds; its folder is <see cref="Data"/>.</summary>
    public EmbeddedStoreOptions Store { get; init; } = new() { Directory = "" };
}
