using System.Collections.Immutable;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>
/// All requests that one write makes of sources: at the same time, but not more than so many, and under one deadline. A source that has
/// not answered by then has not answered in time.
/// </summary>
internal static class SourceRequests
{
    /// <param name="requests">Each asks one source.</param>
    /// <param name="settings">Deadline and concurrency.</param>
    /// <param name="clock">Tells the deadline.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The answers, in order.</returns>
    public static async Task<ImmutableArray<SourceAnswer<T>>> AllAsync<T>(
        ImmutableArray<Func<CancellationToken, ValueTask<SourceAnswer<T>>>> requests,
        FederationSettings settings,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        if (requests.IsEmpty) return [];
        using var round = new SourceRound(settings, clock, cancellation);
        return [.. await Task.WhenAll(requests.Select(round.AskInTimeAsync))];
    }
}
