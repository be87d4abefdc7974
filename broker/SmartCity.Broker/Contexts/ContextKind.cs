namespace SmartCity.Broker.Contexts;

/// <summary>How an @context came to be stored (ETSI GS CIM 009 5.13.1).</summary>
public enum ContextKind
{
    /// <summary>Fetched from a URL, or preloaded in its stead. Used, never served.</summary>
    Cached,

    /// <summary>Added by a client. Served.</summary>
    Hosted,

    /// <summary>Made by the broker, because a Link header has to name what came inside a body. Served.</summary>
    ImplicitlyCreated,
}
