namespace SmartCity.Adapters.Mapping;

/// <param name="Id">The Entity's id; what has the same id keeps its order on the way to the broker.</param>
/// <param name="Json">Normalized representation without @context, UTF-8.</param>
internal sealed record MappedEntity(string Id, byte[] Json);

/// <param name="Entities">Empty where the message says nothing or is bad.</param>
/// <param name="Problems">Why the message cannot be mapped; then there are no Entities.</param>
internal sealed record MappingOutcome(IReadOnlyList<MappedEntity> Entities, IReadOnlyList<string> Problems);

/// <param name="With">Further variables for the messages of this device.</param>
/// <param name="Entities">Rules of its own, or null for the common ones.</param>
internal sealed record DeviceRule(
    IReadOnlyDictionary<string, MessageValue> With, IReadOnlyList<EntityRule>? Entities);

/// <summary>
/// From a message to Entities: pure, so that it is tested as a table and the same for every kind of source.
/// </summary>
internal sealed class EntityMapping
{
    internal const string DeviceVariable = "device";

    /// <summary>The rules for every message whose device has none of its own.</summary>
    internal IReadOnlyList<EntityRule> Entities { get; init; } = [];

    internal IReadOnlyDictionary<string, DeviceRule> Devices { get; init; } = new Dictionary<string, DeviceRule>();

    /// <summary>False refuses messages of devices that are not listed.</summary>
    internal bool AcceptsUnknownDevices { get; init; } = true;

    /// <summary>The paths that the common rules read.</summary>
    internal IEnumerable<MessagePath> Paths => Entities.SelectMany(e => e.Each is null ? e.Paths : [e.Each]);

    internal MappingOutcome Map(Message message)
    {
        var rules = Entities;
        if (message.Variables.TryGetValue(DeviceVariable, out var device))
        {
            if (Devices.TryGetValue(device.Text, out var own))
            {
                rules = own.Entities ?? Entities;
                if (own.With.Count > 0) message = message.With(Merge(message.Variables, own.With));
            }
            else if (!AcceptsUnknownDevices)
            {
                return new MappingOutcome([], [$"the device '{device.Text}' is not listed"]);
            }
        }

        var problems = new List<string>();
        var entities = rules.SelectMany(r => r.Evaluate(message, problems)).ToList();
        return problems.Count > 0 ? new MappingOutcome([], problems) : new MappingOutcome(entities, problems);
    }

    private static Dictionary<string, MessageValue> Merge(
        IReadOnlyDictionary<string, MessageValue> variables, IReadOnlyDictionary<string, MessageValue> more)
    {
        var merged = new Dictionary<string, MessageValue>(variables);
        foreach (var (name, value) in more) merged[name] = value;
        return merged;
    }
}
