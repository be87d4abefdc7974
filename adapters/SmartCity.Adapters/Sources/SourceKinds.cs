using SmartCity.Adapters.Sources.Csv;
using SmartCity.Adapters.Sources.MqttJson;

namespace SmartCity.Adapters.Sources;

/// <summary>Every kind of source that there is.</summary>
internal static class SourceKinds
{
    internal static readonly IReadOnlyList<ISourceKind> All = [new CsvDropKind(), new CsvPlayKind(), new MqttJsonKind()];
}
