using SmartCity.Adapters.Cities;
using SmartCity.Adapters.Delivery;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Sources;

/// <summary>
/// Receives messages of one protocol and hands them on. A new protocol is a new source: mapping, batching, retries and
/// dead letters are the same for all.
/// </summary>
internal interface ISource
{
    /// <summary>
    /// Runs until it is stopped. It acknowledges to its peer only what was delivered or rejected; what is abandoned must
    /// come again. An exception is an outage of the peer: the source is started again after a pause.
    /// </summary>
    Task RunAsync(IMessageSink sink, CancellationToken stop);
}

/// <summary>Where a source puts what it has received.</summary>
internal interface IMessageSink
{
    /// <summary>
    /// The outer task waits while the queue is full, which is the source's back-pressure; call it for one message after
    /// the other to keep their order. The inner one tells how the delivery ended.
    /// </summary>
    ValueTask<Task<DeliveryResult>> SendAsync(Message message, CancellationToken stop);

    /// <summary>For what is not even a message.</summary>
    Task RejectAsync(string content, string reason);
}

/// <summary>A kind of source, as <c>source.kind</c> names it.</summary>
internal interface ISourceKind
{
    string Name { get; }

    /// <summary>Where messages of this kind usually carry the time of their observation, or null.</summary>
    string? DefaultObservedAt { get; }

    /// <summary>Reads the settings and reports every problem to the section; null where they cannot work.</summary>
    ISource? Read(YamlSection section, SourceSurroundings surroundings);
}

/// <summary>What a source may use.</summary>
/// <param name="City">The folder of the city.</param>
/// <param name="Adapter">The adapter's name.</param>
/// <param name="Mapping">For checks such as: does the table have the columns that the mapping reads.</param>
internal sealed record SourceSurroundings(string City, string Adapter, EntityMapping Mapping, ILogger Logger, TimeProvider Time);
