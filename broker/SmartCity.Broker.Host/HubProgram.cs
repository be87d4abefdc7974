using SmartCity.Broker.Embedded;
using SmartCity.Broker.Host.Http.Operational;
using SmartCity.Broker.Host.Settings;
using SmartCity.Broker.Registrations;

namespace SmartCity.Broker.Host;

/// <summary>From settings to a running broker, and back to nothing when it is told to stop.</summary>
internal static partial class HubProgram
{
    /// <returns>The exit code: 0 after a stop, 1 where the broker could not start.</returns>
    public static async Task<int> RunAsync(HubSettings settings)
    {
        var (app, router) = WebServer.Build(settings);
        await using var server = app;
        var log = app.Services.GetRequiredService<ILogger<Hub>>();
        settings = Watched(settings, log);
        try
        {
            await app.StartAsync();
            LogListening(log, OperationalEndpoints.Version, string.Join(' ', app.Urls));
            await using var hub = await Hub.OpenAsync(settings, TimeProvider.System, fault => LogFault(log, fault), app.Lifetime.ApplicationStopping);
            router.Open(hub.Routes());
            LogReady(log, Path.GetFullPath(settings.Data));
            LogReach(log, settings.OutboundPolicy.Value.Allow is { Length: > 0 } allowed ? allowed : "nothing");
            await app.WaitForShutdownAsync();
            LogStopped(log);
            return 0;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception cannotStart) when (cannotStart is StoreException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            LogCannotStart(log, cannotStart.Message);
            return 1;
        }
    }

    /// <summary>What goes wrong in the background of the store and with Context Sources, and what the outbound policy forbids, comes into the log.</summary>
    internal static HubSettings Watched(HubSettings settings, ILogger log) => settings with
    {
        Store = settings.Store with { BackgroundFailed = fault => LogStoreFault(log, fault) },
        Outbound = settings.Outbound with { Denied = reason => LogDenied(log, reason) },
        Federation = settings.Federation with { SourceChanged = (source, fault) => LogSource(log, source, fault) },
    };

    // No header or other secret of the registration, which GET /csourceRegistrations shows.
    private static void LogSource(ILogger log, ContextSource source, string? fault)
    {
        var tenant = source.Tenant.Length == 0 ? "" : $" of tenant {source.Tenant}";
        var place = Uri.TryCreate(source.Registration.Endpoint, UriKind.Absolute, out var address)
            ? address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)
            : "no address";
        if (fault is null) LogSourceAnswers(log, source.Id, tenant, place);
        else LogSourceFails(log, source.Id, tenant, place, fault);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "SmartCity {Version} listens at {Urls}")]
    private static partial void LogListening(ILogger log, string version, string urls);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Ready; data is kept in {Folder}")]
    private static partial void LogReady(ILogger log, string folder);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Stopped")]
    private static partial void LogStopped(ILogger log);

    [LoggerMessage(EventId = 4, Level = LogLevel.Critical, Message = "Cannot start: {Reason}")]
    private static partial void LogCannotStart(ILogger log, string reason);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "Notifications are disturbed")]
    private static partial void LogFault(ILogger log, Exception fault);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "The store fails in the background; it will try again")]
    private static partial void LogStoreFault(ILogger log, Exception fault);

    [LoggerMessage(EventId = 9, Level = LogLevel.Information, Message = "Special addresses to which clients may lead the hub: {Allowed}")]
    private static partial void LogReach(ILogger log, string allowed);

    [LoggerMessage(EventId = 8, Level = LogLevel.Warning, Message = "Not connected: {Reason}")]
    private static partial void LogDenied(ILogger log, string reason);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "Context Source {Registration}{Tenant} at {Endpoint} fails: {Reason}")]
    private static partial void LogSourceFails(ILogger log, string registration, string tenant, string endpoint, string reason);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "Context Source {Registration}{Tenant} at {Endpoint} answers again")]
    private static partial void LogSourceAnswers(ILogger log, string registration, string tenant, string endpoint);
}
