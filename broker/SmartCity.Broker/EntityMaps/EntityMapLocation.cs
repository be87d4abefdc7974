using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.EntityMaps;

/// <summary>How EntityMaps are named on the wire (ETSI GS CIM 009 6.4.3.2): by where they are, or by their ids alone.</summary>
public static class EntityMapLocation
{
    /// <summary>The header that names one, in requests and answers.</summary>
    public const string Header = "NGSILD-EntityMap";

    private const string Collection = "/entityMaps/";

    /// <summary>The id of the EntityMap; null where the text names none.</summary>
    public static string? IdOf(string location)
    {
        var text = location.Trim();
        if (text.LastIndexOf(Collection, StringComparison.Ordinal) is var at and >= 0)
        {
            var id = Uri.UnescapeDataString(text[(at + Collection.Length)..]);
            if (Iri.IsAbsolute(id)) return id;
        }

        return Iri.IsAbsolute(text) ? text : null;
    }
}
