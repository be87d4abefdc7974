namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// Where the @context of a request is to be found (ETSI GS CIM 009 6.3.5): nowhere (the default @context), at a URI
/// from a Link header, or in the body as the JSON of an <c>@context</c> member.
/// </summary>
public readonly record struct ContextReference(string? Uri, ReadOnlyMemory<byte> Json)
{
    public static ContextReference Default => default;

    public bool IsDefault => Uri is null && Json.IsEmpty;

    public static ContextReference Link(string uri) => new(uri, default);

    public static ContextReference Inline(ReadOnlyMemory<byte> json) => new(null, json);
}
