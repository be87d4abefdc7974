using SmartCity.NgsiLd.Contexts;

namespace SmartCity.Broker.Contexts;

/// <summary>A context with all that it is made of.</summary>
internal sealed record CompiledContext(Context Context, ContextSource[] Sources)
{
    /// <summary>Counts a request that found it.</summary>
    public Context Hit(DateTimeOffset now)
    {
        foreach (var source in Sources) source.Hit(now);
        return Context;
    }

    public bool IsMadeOf(string key)
    {
        foreach (var source in Sources)
        {
            if (source.Key == key) return true;
        }

        return false;
    }
}
