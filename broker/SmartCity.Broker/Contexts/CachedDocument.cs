using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>A fetched @context (ETSI GS CIM 009 5.13.1, Cached).</summary>
/// <param name="Document">What it says.</param>
/// <param name="CreatedAt">When it was fetched.</param>
/// <param name="Source">Its URL, and how often it was used, fetches before this one included.</param>
internal sealed record CachedDocument(ContextDocument Document, DateTimeOffset CreatedAt, ContextSource Source);
