namespace SmartCity.NgsiLd.Contexts;

/// <summary>
/// A compiled @context: terms to IRIs and back (ETSI GS CIM 009 4.4, 5.5.7). Immutable and shared; the core context always
/// has precedence. Compacted names are remembered per instance, as the bytes that a response needs.
/// </summary>
public sealed class Context
{
    /// <summary>The default @context: the core context alone.</summary>
    public static Context Core => throw new NotImplementedException();

    /// <summary>Where a client can fetch it: what the Link header names (ETSI GS CIM 009 6.3.6).</summary>
    public string Uri => throw new NotImplementedException();

    /// <summary>The value of an <c>@context</c> member that says the same, as UTF-8 JSON.</summary>
    public ReadOnlySpan<byte> Json => throw new NotImplementedException();

    /// <summary>The IRI of an Attribute name or an Entity type; terms that no context knows fall into the default vocabulary.</summary>
    public string Expand(string term) => throw new NotImplementedException();

    /// <summary>The shortest term for an IRI, or the IRI itself.</summary>
    public string Compact(string iri) => throw new NotImplementedException();

    /// <summary>The compacted name as a JSON string with its quotes, escaped: <c>"speed"</c>. Remembered by name number.</summary>
    public ReadOnlySpan<byte> CompactJson(Entities.Name name) => throw new NotImplementedException();
}
