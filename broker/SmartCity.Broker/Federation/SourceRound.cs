using System.Collections.Immutable;
using SmartCity.Broker.Registrations;

namespace SmartCity.Broker.Federation;

/// <summary>
/// All that one operation asks of sources: some requests at once, all under one deadline, and what went wrong put down as warnings
/// (ETSI GS CIM 009 6.3.17).
/// </summary>
internal sealed class SourceRound : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;
    private readonly SemaphoreSlim _places;
    private readonly List<SourceWarning> _warnings = [];

    /// <param name="settings">How many at once, and for how long.</param>
    /// <param name="clock">Tells when the deadline is over.</param>
    /// <param name="cancellation">Of the operation itself.</param>
    public SourceRound(FederationSettings settings, TimeProvider clock, CancellationToken cancellation)
    {
        _caller = cancellation;
        _deadline = new(settings.Deadline, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellation);
        _places = new(settings.Concurrency);
    }

    /// <summary>Whether there is no time left to ask anybody.</summary>
    public bool IsOver => _deadline.IsCancellationRequested;

    public ImmutableArray<SourceWarning> Warnings
    {
        get
        {
            lock (_warnings) return [.. _warnings];
        }
    }

    /// <summary>An answer, or Timeout where the deadline has come before it.</summary>
    public async Task<SourceAnswer<T>> AskAsync<T>(ContextSource source, Func<CancellationToken, ValueTask<SourceAnswer<T>>> ask)
    {
        var answer = await AskInTimeAsync(ask).ConfigureAwait(false);
        if (SourceWarning.Of(source, answer) is { } warning) Warn(warning);
        return answer;
    }

    /// <summary>The same without a warning.</summary>
    public async Task<SourceAnswer<T>> AskInTimeAsync<T>(Func<CancellationToken, ValueTask<SourceAnswer<T>>> ask)
    {
        try
        {
            await _places.WaitAsync(_either.Token).ConfigureAwait(false);
            try
            {
                return await ask(_either.Token).ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            return new(SourceOutcome.Timeout, default, "it has not answered before the deadline of the operation");
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _deadline.Dispose();
        _places.Dispose();
    }

    private void Warn(SourceWarning warning)
    {
        lock (_warnings)
        {
            if (!_warnings.Contains(warning)) _warnings.Add(warning);
        }
    }
}
