using System.Text.Json;

namespace SmartCity.NgsiLd.Json;

/// <summary>Where a JSON value stands in a body, and what was met inside it. Positions are -1 where there is none.</summary>
internal readonly record struct Slice(int Start, int Length, JsonTokenType Token)
{
    /// <summary>The first JSON null.</summary>
    public int NullAt { get; init; } = -1;

    /// <summary>The first NGSI-LD Null that is a member's value inside an object.</summary>
    public int NullUriAt { get; init; } = -1;

    /// <summary>The first member <c>@context</c>.</summary>
    public int ContextAt { get; init; } = -1;
}
