namespace SmartCity.ConformanceTests.Broker;

/// <summary>A test that needs a broker: skipped, visibly, where no address is given.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrokerFactAttribute : FactAttribute
{
    public BrokerFactAttribute() => Skip = Target.MissingReason;
}

/// <summary>A table of tests that need a broker.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrokerTheoryAttribute : TheoryAttribute
{
    public BrokerTheoryAttribute() => Skip = Target.MissingReason;
}

/// <summary>A test that needs several brokers, which reach each other: skipped, visibly, where an address is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerFactAttribute : FactAttribute
{
    /// <param name="brokers">How many, the one under test included.</param>
    public PeerFactAttribute(int brokers = 2) => Skip = Target.MissingPeerReason(Brokers = brokers);

    public int Brokers { get; }
}

/// <summary>A table of tests that need several brokers.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PeerTheoryAttribute : TheoryAttribute
{
    /// <param name="brokers">How many, the one under test included.</param>
    public PeerTheoryAttribute(int brokers = 2) => Skip = Target.MissingPeerReason(Brokers = brokers);

    public int Brokers { get; }
}
