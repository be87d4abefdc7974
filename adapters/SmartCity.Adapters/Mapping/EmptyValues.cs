namespace SmartCity.Adapters.Mapping;

/// <summary>The texts by which a source says "no value"; blank text always does.</summary>
internal sealed record EmptyValues(IReadOnlyList<string> Texts)
{
    internal static readonly EmptyValues OnlyBlank = new([]);

    internal bool IsEmpty(in MessageValue value)
    {
        if (value.IsMissing) return true;
        if (value.Kind is MessageValueKind.Json or MessageValueKind.Time) return false;

        var text = value.Text.AsSpan().Trim();
        if (text.IsEmpty) return true;
        foreach (var empty in Texts)
            if (text.SequenceEqual(empty)) return true;
        return false;
    }
}
