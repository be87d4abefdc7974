using SmartCity.Broker.StoreContract;

namespace SmartCity.Broker.Tests.Embedded;

public sealed class EmbeddedEntityTests : EntityStoreContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedChangeLogTests : ChangeLogContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedSubscriptionTests : SubscriptionStoreContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedRegistrationTests : RegistrationStoreContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedContextTests : ContextStoreContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedSnapshotTests : SnapshotStoreContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedForwardingTests : ForwardingStoreContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedInboxTests : NotificationInboxContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedRegistrationLogTests : RegistrationLogContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

/// <summary>The same while the log is folded all the time.</summary>
public sealed class FoldingEntityTests : EntityStoreContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenFoldingAsync();
}

/// <summary>The same while the log is folded all the time.</summary>
public sealed class FoldingChangeLogTests : ChangeLogContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenFoldingAsync();
}

public sealed class EmbeddedQueryTests : QueryContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedLinkTests : LinkContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedOrderTests : OrderContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

public sealed class EmbeddedGeneratedTests : GeneratedContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

/// <summary>The same while the log is folded all the time.</summary>
public sealed class FoldingGeneratedTests : GeneratedContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenFoldingAsync();
}

public sealed class EmbeddedTemporalTests : TemporalContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

/// <summary>The same while the log is folded all the time.</summary>
public sealed class FoldingTemporalTests : TemporalContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenFoldingAsync();
}

public sealed class EmbeddedGeneratedHistoryTests : GeneratedHistoryContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenAsync();
}

/// <summary>The same while the log is folded all the time, and runs are merged.</summary>
public sealed class FoldingGeneratedHistoryTests : GeneratedHistoryContract
{
    protected override Task<StoreUnderTest> OpenAsync() => EmbeddedStoreUnderTest.OpenFoldingAsync();
}
