namespace SmartCity.Adapters.Mapping;

/// <summary>Says whether a rule applies to a message; texts are compared as they stand, apart from blanks around them.</summary>
/// <param name="Is">Null or the texts of which one must be there.</param>
/// <param name="Not">Null or the texts of which none may be there.</param>
/// <param name="Present">Null or whether there must be a value at all.</param>
internal sealed record Condition(
    MessagePath From, IReadOnlyList<string>? Is, IReadOnlyList<string>? Not, bool? Present, EmptyValues Empty)
{
    internal bool Holds(Message message)
    {
        var value = message.Find(From);
        var present = !Empty.IsEmpty(value);
        if (Present is { } wanted && wanted != present) return false;

        var text = present ? value.Text.Trim() : "";
        return (Is is null || Is.Contains(text, StringComparer.Ordinal))
            && (Not is null || !Not.Contains(text, StringComparer.Ordinal));
    }
}
