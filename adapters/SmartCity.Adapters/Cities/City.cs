using SmartCity.Adapters.Delivery;
using SmartCity.Adapters.Mapping;
using SmartCity.Adapters.Sources;

namespace SmartCity.Adapters.Cities;

/// <summary>A city as its folder declares it.</summary>
internal sealed record City(string Name, BrokerSettings Broker, IReadOnlyList<Adapter> Adapters);

/// <summary>One source with what becomes of its messages; the name is that of its file.</summary>
internal sealed record Adapter(string Name, ISource Source, EntityMapping Mapping, BatchSettings Batch);
