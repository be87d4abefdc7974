using System.Diagnostics;
using Microsoft.Extensions.Logging;
using SmartCity.Broker.Host;
using SmartCity.Broker.Host.Settings;
using SmartCity.NgsiLd.Registrations;
using Xunit;

namespace SmartCity.Broker.Tests.Settings;

/// <summary>Sections of settings: from text to options records, and what is said of text that is none.</summary>
public sealed class SettingsTests
{
    public static TheoryData<string, string, string> Wrong => new()
    {
        { "Limits:BodyBytes", "0", "which is no Int64 above 0" },
        { "Limits:HostedContexts", "0", "which is no Int32 above 0" },
        { "Limits:HostedContextBytes", "-1", "which is no Int64 above 0" },
        { "PublicUrl", "hub.example.org", "which is no address such as https://hub.example.org" },
        { "Limits:MaxPage", "many", "which is no Int32 above 0" },
        { "Limits:ContextTimeout", "10", "which is no time between 00:00:00.001 and 23:59:59" },
        { "Notifications:InFlight", "3", "which is none of 1, 2, 4, 8, 16, 32, 64" },
        { "Notifications:InFlight", "x", "which is none of 1, 2, 4, 8, 16, 32, 64" },
        { "EntityMaps:Bytes", "0", "which is no Int64 above 0" },
        { "Notifications:Waiting", "-1", "which is no Int32 above 0" },
        { "Notifications:AnySuccess", "sometimes", "which is neither true nor false" },
        { "Notifications:MqttAuthorities", "/nowhere.pem", "which is no file" },
        { "Federation:Timeout", "00:00:00", "which is no time between" },
        { "Federation:Cooldown", "-00:00:01", "which is no time between" },
        { "Federation:AnswerBytes", "0", "which is no Int64 above 0" },
        { "Federation:SplitEntities", "sometimes", "which is neither true nor false" },
        { "Notifications:RecordEvery", "00:00:00", "which is no time between" },
        { "Outbound:Allow", "10.0.0.0/8, the city", "which has 'the city', which is no network such as 10.20.0.0/16" },
        { "Outbound:Allow", "10.2.3", "which has '10.2.3', which is no network such as 10.20.0.0/16" },
        { "Outbound:Deny", "10.0.0.0/40", "which has '10.0.0.0/40', which is no network such as" },
        { "Outbound:Schemes", "https, gopher", "which has 'gopher', which is none of http, https, mqtt, mqtts" },
        { "Outbound:Proxy", "proxy.example:3128", "which is no address such as http://proxy.example:3128" },
        { "Outbound:Connections", "0", "which is no Int32 above 0" },
        { "Outbound:ConnectTimeout", "5", "which is no time between" },
        { "Snapshots:Entities", "0", "which is no Int32 above 0" },
        { "Snapshots:LongestDays", "1.5", "which is no Int32 above 0" },
        { "Snapshots:SweepInterval", "0", "which is no time between" },
        { "Limits:ContextFetches", "0", "which is no Int32 above 0" },
        { "Store:MaxDatabaseBytes", "-1", "which is no Int64 from 0 on" },
        { "Store:History", "perhaps", "which is neither true nor false" },
        { "History:Rules", "keep it", "which has the rule 'keep it' instead of" },
        { "History:Rules", "average by 7 hours after 1 day", "which has the rule 'average by 7 hours after 1 day', but a day has no whole number of" },
        { "History:RetentionInterval", "0", "which is no time between" },
        { "Store:FoldInterval", "1.00:00:00", "which is no time between" },
    };

    [Fact]
    public void Rules_of_the_history_are_set()
    {
        var (settings, problems) = SettingsReader.Read(new()
        {
            ["History:Rules"] = "keep 400 days; tenant=trial off; average by 6 hours after 30 days",
            ["History:RetentionInterval"] = "00:10",
        });

        Assert.Empty(problems);
        Assert.Equal(
            [
                new(null, null, true, TimeSpan.FromDays(400)),
                new("trial", null, false, null),
                new(null, null, true, null, new(TimeSpan.FromHours(6), TimeSpan.FromDays(30))),
            ],
            settings.Store.Recording.Rules);
        Assert.Equal(TimeSpan.FromMinutes(10), settings.Store.Recording.RetentionInterval);
    }

    [Fact]
    public void What_is_given_is_set_and_the_rest_is_as_documented()
    {
        var (settings, problems) = SettingsReader.Read(new()
        {
            ["Limits:MaxPage"] = "50",
            ["Limits:TemporalInstances"] = "100",
            ["Limits:TemporalPeriods"] = "200",
            ["PublicUrl"] = "https://hub.example.org/",
            ["EntityMaps:Maps"] = "7",
            ["EntityMaps:Lifetime"] = "00:00:30",
            ["Notifications:InFlight"] = "32",
            ["Notifications:MaxLag"] = "1000",
            ["Notifications:Timeout"] = "00:00:02.5",
            ["Federation:SplitEntities"] = "false",
            ["Federation:PassOn"] = "X-Trace, Authorization",
            ["Federation:Timeout"] = "00:00:01",
            ["Federation:Deadline"] = "00:00:02",
            ["Federation:Cooldown"] = "00:00:00",
            ["Federation:AnswerBytes"] = "1000",
            ["Federation:GatheredBytes"] = "1500",
            ["Federation:CacheBytes"] = "2000",
            ["Federation:UrlCharacters"] = "3000",
            ["Federation:Concurrency"] = "4",
            ["Federation:Candidates"] = "5",
            ["Federation:Instances"] = "6",
            ["Federation:SubscriptionPause"] = "00:00:02",
            ["Federation:SubscriptionLongestPause"] = "00:01:00",
            ["Federation:SubscriptionAttempts"] = "4",
            ["Store:FoldBytes"] = "1048576",
            ["Store:MaxDatabaseBytes"] = "0",
            ["Store:History"] = "false",
            ["Store:SweepInterval"] = "00:01",
        });

        Assert.Empty(problems);
        Assert.Equal("https://hub.example.org", settings.PublicUrl);
        Assert.Equal(Limits.Default with { MaxPage = 50, TemporalInstances = 100, TemporalPeriods = 200 }, settings.Limits);
        Assert.Equal(new() { Maps = 7, Lifetime = TimeSpan.FromSeconds(30) }, settings.EntityMaps);
        Assert.Equal(
            new()
            {
                SplitEntities = false,
                PassOn = "X-Trace, Authorization",
                Timeout = TimeSpan.FromSeconds(1),
                Deadline = TimeSpan.FromSeconds(2),
                AnswerBytes = 1000,
                GatheredBytes = 1500,
                CacheBytes = 2000,
                UrlCharacters = 3000,
                Concurrency = 4,
                Candidates = 5,
                Instances = 6,
                SubscriptionPause = TimeSpan.FromSeconds(2),
                SubscriptionLongestPause = TimeSpan.FromMinutes(1),
                SubscriptionAttempts = 4,
            },
            settings.Federation);
        Assert.Equal(
            new() { InFlight = 32, MaxLag = 1000, Timeout = TimeSpan.FromSeconds(2.5) }, settings.Notifications);
        Assert.Equal(
            new() { Directory = "", FoldBytes = 1048576, History = false, SweepInterval = TimeSpan.FromMinutes(1) }, settings.Store);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_no_value_is_named_with_what_would_be_one(string name, string text, string problem)
    {
        var (_, problems) = SettingsReader.Read(new() { [name] = text });

        Assert.StartsWith($"{name} is '{text}', {problem}", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_hub_may_reach_is_set()
    {
        var (settings, problems) = SettingsReader.Read(new()
        {
            ["Outbound:Allow"] = "10.20.0.0/16, loopback",
            ["Outbound:Deny"] = "8.8.8.8",
            ["Outbound:Schemes"] = "https",
            ["Outbound:Proxy"] = "http://proxy.example:3128",
            ["Outbound:ConnectTimeout"] = "00:00:03",
            ["Outbound:Connections"] = "100",
            ["Outbound:ConnectionsPerServer"] = "10",
            ["Outbound:HeaderBytes"] = "4096",
            ["Outbound:Idle"] = "00:00:10",
            ["Outbound:Lifetime"] = "00:01:00",
            ["Outbound:InlineBytes"] = "8192",
            ["Outbound:Lookups"] = "4",
        });

        Assert.Empty(problems);
        Assert.Equal(
            new()
            {
                Allow = "10.20.0.0/16, loopback",
                Deny = "8.8.8.8",
                Schemes = "https",
                Proxy = "http://proxy.example:3128",
                ConnectTimeout = TimeSpan.FromSeconds(3),
                Connections = 100,
                ConnectionsPerServer = 10,
                HeaderBytes = 4096,
                Idle = TimeSpan.FromSeconds(10),
                Lifetime = TimeSpan.FromMinutes(1),
                InlineBytes = 8192,
                Lookups = 4,
            },
            settings.Outbound);
    }

    [Theory]
    [InlineData("http://localhost:1026", null, true)]
    [InlineData("http://127.0.0.1:1026; http://[::1]:1026", null, true)]
    [InlineData("http://localhost:1026", "https://hub.example.org", false)]
    [InlineData("http://localhost:1026;http://10.0.0.1:1026", null, false)]
    [InlineData("http://0.0.0.0:1026", null, false)]
    [InlineData("http://[::]:1026", null, false)]
    [InlineData("http://*:1026", null, false)]
    [InlineData("http://+:1026", null, false)]
    [InlineData("http://hub.example.org:1026", null, false)]
    public void A_hub_that_only_this_machine_can_call_is_in_development(string urls, string? publicUrl, bool isDevelopment) =>
        Assert.Equal(isDevelopment, new HubSettings { Urls = urls, PublicUrl = publicUrl }.IsDevelopment);

    [Theory]
    [InlineData("old-town", null)]
    [InlineData("old town", "Alias is 'old town', which is no word for a Via header")]
    [InlineData("", "Alias is '', which is no word for a Via header")]
    public void The_alias_is_a_word(string alias, string? problem)
    {
        var (settings, problems) = SettingsReader.Read(new() { ["Alias"] = alias });

        Assert.Equal(alias, settings.Alias);
        if (problem is null) Assert.Empty(problems);
        else Assert.StartsWith(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_wrong_is_told_at_once_wherever_it_comes_from()
    {
        var folder = Directory.CreateTempSubdirectory("smartcity-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, SettingsReader.File), """{"Store":{"FoldBytes":0},"Notifications":{"InFlight":5}}""");
        var (code, _, errors) = await RunAsync(
            folder, ("SMARTCITY_Notifications__InFlight", "7"), "--Notifications:Waiting", "0", "--log-level", "loud");

        Assert.Equal(2, code);
        Assert.Equal(
            [
                "LogLevel is 'loud', which is no LogLevel",
                "Notifications:InFlight is '7', which is none of 1, 2, 4, 8, 16, 32, 64",
                "Notifications:Waiting is '0', which is no Int32 above 0",
                "Store:FoldBytes is '0', which is no Int64 above 0",
            ],
            errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_misspelt_setting_of_the_environment_or_the_file_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("smartcity-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, SettingsReader.File), """{"Outbound":{"Allowed":"any"},"Others":{"A":1},"limits":{"maxPage":50}}""");
        var (code, _, errors) = await RunAsync(folder, ("SMARTCITY_Federation__Timout", "00:00:01"));

        Assert.Equal(2, code);
        Assert.Equal(
            ["Federation:Timout is no setting; --help shows all", "Outbound:Allowed is no setting; --help shows all"],
            errors.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_misspelt_option_is_told_with_what_may_be_meant_and_without_pages_of_help()
    {
        var folder = Directory.CreateTempSubdirectory("smartcity-");
        var (code, output, errors) = await RunAsync(folder, ("SMARTCITY_LogJson", "false"), "--Federation:Timout", "00:00:01");

        Assert.NotEqual(0, code);
        Assert.Contains("--Federation:Timout", errors, StringComparison.Ordinal);
        Assert.Contains("--Federation:Timeout", output, StringComparison.Ordinal);
        Assert.DoesNotContain("--Federation:Deadline", output, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_help_shows_every_setting_with_its_default()
    {
        var folder = Directory.CreateTempSubdirectory("smartcity-");
        var (code, help, _) = await RunAsync(folder, ("SMARTCITY_LogJson", "false"), "--help");

        Assert.Equal(0, code);
        foreach (var (option, kind, description) in Sections.Options)
        {
            var line = Assert.Single(help.Split('\n'), line => line.Contains($"{option} <{kind}>", StringComparison.Ordinal));
            Assert.Contains(description, line, StringComparison.Ordinal);
        }

        Assert.Contains("--Store:FoldBytes", help, StringComparison.Ordinal);
        Assert.DoesNotContain("--Store:Directory", help, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void What_fails_in_the_background_of_the_store_is_logged_as_an_error_and_what_may_not_be_reached_as_a_warning()
    {
        var log = new RememberingLogger();
        var failure = new IOException("the disk is full");
        var watched = HubProgram.Watched(new(), log);
        watched.Store.BackgroundFailed!(failure);
        watched.Outbound.Denied!("10.0.0.1 is a private address");

        Assert.Equal([(LogLevel.Error, failure), (LogLevel.Warning, null)], log.Entries.Select(entry => (entry.Level, entry.Failure)));
    }

    [Fact]
    public void A_source_that_fails_and_answers_again_is_logged_without_what_its_registration_keeps_secret()
    {
        var log = new RememberingLogger();
        var registration = new ContextSourceRegistration
        {
            Id = "urn:ngsi-ld:ContextSourceRegistration:1",
            Endpoint = "https://hub.example:8443/key/s3cret?key=s3cret",
            Information = [],
            ContextSourceInfo = [new("Authorization", "Bearer s3cret")],
        };
        var changed = HubProgram.Watched(new(), log).Federation.SourceChanged!;
        changed(new("", registration, new()), "the source does not answer within 5 s");
        changed(new("water", registration, new()), null);

        Assert.Equal(
            [
                (LogLevel.Warning, "Context Source urn:ngsi-ld:ContextSourceRegistration:1 at https://hub.example:8443 fails: the source does not answer within 5 s"),
                (LogLevel.Information, "Context Source urn:ngsi-ld:ContextSourceRegistration:1 of tenant water at https://hub.example:8443 answers again"),
            ],
            log.Entries.Select(entry => (entry.Level, entry.Text)));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        DirectoryInfo folder, (string Name, string Value) variable, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "SmartCity.Broker.Host.dll") },
            WorkingDirectory = folder.FullName,
            Environment = { [variable.Name] = variable.Value },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    private sealed class RememberingLogger : ILogger
    {
        public List<(LogLevel Level, Exception? Failure, string Text)> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add((logLevel, exception, formatter(state, exception)));
    }
}
