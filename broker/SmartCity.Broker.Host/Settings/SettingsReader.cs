using SmartCity.Broker.Embedded;
using SmartCity.Broker.Host.Http;

namespace SmartCity.Broker.Host.Settings;

/// <summary>Reads settings and names everything that is wrong with them at once.</summary>
internal static class SettingsReader
{
    public const string File = "smartcity.json";
    public const string Environment = "SMARTCITY_";

    /// <param name="given">What the command line says; it wins.</param>
    public static (HubSettings Settings, IReadOnlyList<string> Problems) Read(Dictionary<string, string?> given)
    {
        var configuration = new ConfigurationBuilder()
            .SetBasePath(Directory.GetCurrentDirectory())
            .AddJsonFile(File, optional: true)
            .AddEnvironmentVariables(Environment)
            .AddInMemoryCollection(given)
            .Build();
        var problems = new List<string>();
        var settings = new HubSettings();
        settings = settings with
        {
            Urls = configuration[nameof(settings.Urls)] ?? settings.Urls,
            PublicUrl = configuration[nameof(settings.PublicUrl)]?.TrimEnd('/'),
            Alias = configuration[nameof(settings.Alias)],
            Data = configuration[nameof(settings.Data)] ?? settings.Data,
            Contexts = configuration[nameof(settings.Contexts)],
            LogLevel = Parse(configuration, nameof(settings.LogLevel), settings.LogLevel, Enum.TryParse, problems),
            LogJson = Parse(configuration, nameof(settings.LogJson), settings.LogJson, bool.TryParse, problems),
            Cors = configuration[nameof(settings.Cors)] ?? settings.Cors,
            Limits = Sections.Limits.Read(configuration, problems),
            EntityMaps = Sections.EntityMaps.Read(configuration, problems),
            Federation = Sections.Federation.Read(configuration, problems),
            Notifications = Sections.Notifications.Read(configuration, problems),
            Outbound = Sections.Outbound.Read(configuration, problems),
            Snapshots = Sections.Snapshots.Read(configuration, problems),
            Store = Sections.Store.Read(configuration, problems) with { Recording = ReadHistory(configuration, problems) },
        };
        foreach (var url in settings.Urls.Split(';', StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url.Replace("*", "any", StringComparison.Ordinal).Replace("+", "any", StringComparison.Ordinal), UriKind.Absolute, out var uri)
                || uri.Scheme != "http")
            {
                problems.Add($"Urls has '{url}', which is no address such as http://localhost:1026");
            }
        }

        if (settings.PublicUrl is { } address && !PublicAddress.IsRoot(address))
        {
            problems.Add($"PublicUrl is '{address}', which is no address such as https://hub.example.org");
        }

        if (settings.Alias is { } alias && !SourceIdentity.IsAlias(alias))
        {
            problems.Add($"Alias is '{alias}', which is no word for a Via header: letters, digits and !#$%&'*+-.^_`|~");
        }

        if (!settings.OutboundPolicy.TryGet(out _, out var wrong)) problems.Add(wrong.Detail);
        if (settings.Outbound.Proxy is { } proxy && !(Uri.TryCreate(proxy, UriKind.Absolute, out var through) && through.Scheme is "http" or "https"))
        {
            problems.Add($"Outbound:Proxy is '{proxy}', which is no address such as http://proxy.example:3128");
        }

        problems.AddRange(Unknown(configuration));
        if (settings.Contexts is { } contexts && !Directory.Exists(contexts)) problems.Add($"Contexts is '{contexts}', where there is no folder");
        return (settings, problems);
    }

    // Of the sections alone: what else begins with SMARTCITY_ in the environment may be there for others.
    private static IEnumerable<string> Unknown(IConfiguration configuration)
    {
        var known = Sections.Options.Select(option => option.Option.TrimStart('-')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var sections = known.Select(name => name.Split(':')[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in configuration.AsEnumerable().OrderBy(setting => setting.Key, StringComparer.Ordinal))
        {
            var parts = name.Split(':');
            if (value is not null && parts.Length > 1 && sections.Contains(parts[0]) && !known.Contains(name)) yield return $"{name} is no setting; --help shows all";
        }
    }

    private static HistoryOptions ReadHistory(IConfiguration configuration, List<string> problems)
    {
        var history = Sections.History.Read(configuration, problems);
        if (configuration[Sections.HistoryRules] is not { } text) return history;
        if (HistoryRule.TryParse(text, out var rules, out var problem)) return history with { Rules = rules };
        problems.Add($"{Sections.HistoryRules} is '{text}', {problem}");
        return history;
    }

    private delegate bool TryParse<T>(string text, out T value);

    private static T Parse<T>(IConfiguration configuration, string key, T absent, TryParse<T> parse, List<string> problems)
    {
        if (configuration[key] is not { } text) return absent;
        if (parse(text, out var value)) return value;
        problems.Add($"{key} is '{text}', which is no {typeof(T).Name}");
        return absent;
    }
}
