namespace SmartCity.Adapters.Sources.MqttJson;

/// <summary>The topics of the FIWARE IoT Agent for JSON.</summary>
/// <param name="ApiKey">The group of devices.</param>
/// <param name="Device">The device within it.</param>
/// <param name="Attribute">Null where the payload is an object of measures, else the name of the one value.</param>
internal sealed record FiwareTopic(string ApiKey, string Device, string? Attribute)
{
    internal static IEnumerable<string> Filters(string apiKey) =>
        [$"/json/{apiKey}/+/attrs", $"/json/{apiKey}/+/attrs/+", $"/{apiKey}/+/attrs", $"/{apiKey}/+/attrs/+"];

    /// <summary>Null where the topic has another shape.</summary>
    internal static FiwareTopic? Parse(string topic)
    {
        var levels = topic.TrimStart('/').Split('/');
        var at = levels.Length > 3 && levels[0] == "json" && levels[3] == "attrs" ? 1 : 0;
        if (levels.Length < at + 3 || levels.Length > at + 4 || levels[at + 2] != "attrs") return null;
        return new FiwareTopic(levels[at], levels[at + 1], levels.Length > at + 3 ? levels[at + 3] : null);
    }
}
