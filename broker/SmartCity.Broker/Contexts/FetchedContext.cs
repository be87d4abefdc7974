using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>A document, and until when it may be used without asking again (ETSI GS CIM 009 6.3.16).</summary>
internal sealed record FetchedContext(ContextDocument Document, DateTimeOffset FreshUntil);
