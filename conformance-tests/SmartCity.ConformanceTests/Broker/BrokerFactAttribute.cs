namespace SmartCity.ConformanceTests.Broker;

/// <summary>A test that needs a broker: skipped, visibly, where no address is given.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrokerFactAttribute : FactAttribute
{
    /// <summary>Milliseconds that a test may take: one that hangs fails by its name, and the others go on.</summary>
    internal const int Longest = 180_000;

    public BrokerFactAttribute() => (Skip, Timeout) = (Target.MissingReason, Longest);
}

/// <summary>A table of tests that need a broker.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrokerTheoryAttribute : TheoryAttribute
{
    public BrokerTheoryAttribute() => (Skip, Timeout) = (Target.MissingReason, BrokerFactAttribute.Longest);
}

/// <summary>A test that needs several brokers, which reach each other: skipped, visibly, where an address is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute
{
    /// <param name="brokers">How many, the one under test included.</param>
    public PeerFactAttribute(int brokers = 2) =>
        (Skip, Timeout) = (Target.MissingPeerReason(Brokers = brokers), BrokerFactAttribute.Longest);

    public int Brokers { get; }
}

/// <summary>A table of tests that need several brokers.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    /// <param name="brokers">How many, the one under test included.</param>
    public PeerTheoryAttribute(int brokers = 2) =>
        (Skip, Timeout) = (Target.MissingPeerReason(Brokers = brokers), BrokerFactAttribute.Longest);

    public int Brokers { get; }
}
