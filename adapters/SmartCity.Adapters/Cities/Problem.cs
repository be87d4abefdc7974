namespace SmartCity.Adapters.Cities;

/// <summary>Something wrong in the configuration, where it stands, in words for its author.</summary>
internal sealed record Problem(string File, long Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}
