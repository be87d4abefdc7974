namespace SmartCity.ConformanceTests.Broker;

/// <summary>Where the broker is, its peers are, and where they find us: told by the environment.</summary>
internal static class Target
{
    /// <summary>Such as <c>http://localhost:1026</c>: NGSILD_BROKER_URL.</summary>
    public static string? Url { get; } = Address("NGSILD_BROKER_URL");

    /// <summary>Another broker, of any make, that the first one reaches: NGSILD_SECOND_BROKER_URL.</summary>
    public static string? SecondUrl { get; } = Address("NGSILD_SECOND_BROKER_URL");

    /// <summary>NGSILD_THIRD_BROKER_URL.</summary>
    public static string? ThirdUrl { get; } = Address("NGSILD_THIRD_BROKER_URL");

    /// <summary>The name under which brokers reach this machine: NGSILD_RECEIVER_HOST, by default localhost.</summary>
    public static string ReceiverHost { get; } = Environment.GetEnvironmentVariable("NGSILD_RECEIVER_HOST") ?? "localhost";

    public static string? MissingReason => Url is null ? "set NGSILD_BROKER_URL to the address of a broker" : null;

    /// <param name="brokers">How many there have to be.</param>
    public static string? MissingPeerReason(int brokers) =>
        MissingReason is { } missing ? missing
        : SecondUrl is null ? "set NGSILD_SECOND_BROKER_URL to the address of another broker"
        : brokers > 2 && ThirdUrl is null ? "set NGSILD_THIRD_BROKER_URL to the address of a third broker"
        : null;

    private static string? Address(string variable) => Environment.GetEnvironmentVariable(variable)?.TrimEnd('/');
}
