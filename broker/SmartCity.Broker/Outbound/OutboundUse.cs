namespace SmartCity.Broker.Outbound;

/// <summary>What the broker makes requests for. Each use has connections of its own: none takes those of another.</summary>
public enum OutboundUse
{
    /// <summary>Fetching an @context (ETSI GS CIM 009 5.5.5).</summary>
    Contexts,

    /// <summary>Notifying an endpoint (ETSI GS CIM 009 6.3.8).</summary>
    Notifications,

    /// <summary>Forwarding an operation to a Context Source (ETSI GS CIM 009 4.3.6).</summary>
    ContextSources,
}
