using SmartCity.Broker.Embedded.History.Tables;
using SmartCity.Broker.Embedded.History.Unfolded;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Embedded.History.Reading;

/// <summary>A series at a moment: what is folded, and what is not yet.</summary>
/// <param name="Attribute">Its name.</param>
/// <param name="Dataset">Empty for the default instance.</param>
/// <param name="Folded">Null where nothing is, or where that is gone.</param>
/// <param name="Delta">Null where nothing has happened since.</param>
internal sealed record SeriesView(Name Attribute, string Dataset, FoldedSeries? Folded, SeriesDelta? Delta);
