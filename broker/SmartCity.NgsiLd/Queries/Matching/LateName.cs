using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Queries.Matching;

/// <summary>
/// A name that a query asks for. Nothing stored may have it yet, and a subscription lives long: so it is looked up until it is
/// found, and never interned.
/// </summary>
internal sealed class LateName(string iri)
{
    private int _id = -1;

    /// <summary>False as long as no stored Entity has ever had the name.</summary>
    public bool TryGet(out Name name)
    {
        var id = Volatile.Read(ref _id);
        name = new(id);
        return id >= 0 || TryFind(out name);
    }

    private bool TryFind(out Name name)
    {
        if (!Names.TryFind(iri, out name)) return false;
        Volatile.Write(ref _id, name.Id);
        return true;
    }
}
