using Xunit;

namespace SmartCity.Broker.Tests;

/// <summary>Tests that look at what is shared by the whole process: they run after all others, one by one.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
