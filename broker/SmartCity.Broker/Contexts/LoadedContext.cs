using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>A document as a reference leads to it, wherever it is stored.</summary>
/// <param name="Document">What it says.</param>
/// <param name="FreshUntil">Until when it may be used without asking again (ETSI GS CIM 009 6.3.16).</param>
/// <param name="Source">Counts its uses.</param>
internal sealed record LoadedContext(ContextDocument Document, DateTimeOffset FreshUntil, ContextSource Source);
