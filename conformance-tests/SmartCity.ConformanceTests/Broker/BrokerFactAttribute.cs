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
