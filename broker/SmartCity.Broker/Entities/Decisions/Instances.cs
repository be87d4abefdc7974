using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>What every decision asks and says about Attribute instances.</summary>
internal static class Instances
{
    public static bool LacksValue(Attribute attribute) => attribute is AttributeFragment;

    public static NgsiLdError NoValue(Attribute attribute) =>
        NgsiLdError.BadRequestData($"{attribute.Name} has no value, and there is no {Text(attribute.DatasetId)} that it could keep one from");

    public static NgsiLdError NotFound(string entityId, string name, string? datasetId) =>
        NgsiLdError.NotFound($"Entity {entityId} has no {Text(datasetId)} of {name}");

    private static string Text(string? datasetId) => datasetId is null ? "default instance" : $"instance with datasetId {datasetId}";
}
