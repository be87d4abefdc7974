namespace SmartCity.Adapters.Mapping;

/// <summary>Where the time of an observation stands.</summary>
internal sealed record TimeRule(MessagePath From, TimeFormat Format, EmptyValues Empty)
{
    /// <returns>Text for <c>observedAt</c>, or null where the message has none.</returns>
    internal string? Evaluate(Message message, ICollection<string> problems, string attribute)
    {
        var value = message.Find(From);
        if (Empty.IsEmpty(value)) return null;
        if (Format.TryRead(value, out var time)) return TimeFormat.Write(time);
        problems.Add($"{attribute}: observedAt '{value.Text}' is not a time in the format {Format.Pattern}");
        return null;
    }
}
