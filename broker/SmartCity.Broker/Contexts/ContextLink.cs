namespace SmartCity.Broker.Contexts;

/// <summary>The Link that names a @context (ETSI GS CIM 009 6.3.5; JSON-LD 1.1 6.2).</summary>
public static class ContextLink
{
    public const string Relation = "http://www.w3.org/ns/json-ld#context";

    /// <summary>The value of a Link header.</summary>
    public static string To(string uri) => $"<{uri}>; rel=\"{Relation}\"; type=\"application/ld+json\"";
}
