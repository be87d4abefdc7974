namespace SmartCity.ConformanceTests.Broker;

/// <summary>Where the broker is, and where it finds us: told by the environment.</summary>
internal static class Target
{
    /// <summary>Such as <c>http://localhost:1026</c>: NGSILD_BROKER_URL.</summary>
    public static string? Url { get; } = Environment.GetEnvironmentVariable("NGSILD_BROKER_URL")?.TrimEnd('/');

    /// <summary>The name under which the broker reaches this machine: NGSILD_RECEIVER_HOST, by default localhost.</summary>
    public static string ReceiverHost { get; } = Environment.GetEnvironmentVariable("NGSILD_RECEIVER_HOST") ?? "localhost";

    public static string? MissingReason => Url is null ? "set NGSILD_BROKER_URL to the address of a broker" : null;
}
