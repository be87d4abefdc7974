namespace SmartCity.NgsiLd.Contexts;

/// <summary>What it costs to keep an @context.</summary>
internal static class ContextBulk
{
    /// <summary>Characters of an ordinary term and its IRI.</summary>
    private const int Ordinary = 100;

    /// <summary>In ordinary terms, each of some two hundred bytes with both its directions.</summary>
    /// <param name="terms">How many it has.</param>
    /// <param name="characters">Of all that it names.</param>
    public static int Of(int terms, long characters) => (int)Math.Min(Math.Max(terms, characters / Ordinary), int.MaxValue);
}
