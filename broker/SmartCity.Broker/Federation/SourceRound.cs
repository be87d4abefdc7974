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
    private readonly CancellationTokenSource _end;
    private readonly CancellationTokenRegistration _abort;
    private readonly SemaphoreSlim? _places;
    private readonly List<SourceWarning> _warnings = [];

    /// <param name="settings">How many at once, and for how long.</param>
    /// <param name="clock">Tells when the deadline is over.</param>
    /// <param name="cancellation">Of the operation itself.</param>
    /// <param name="requests">How many there will be at most, where that is known.</param>
    public SourceRound(FederationSettings settings, TimeProvider clock, CancellationToken cancellation, int requests = int.MaxValue)
    {
        _caller = cancellation;
        _end = new(settings.Deadline, clock);
        _abort = cancellation.UnsafeRegister(static end => ((CancellationTokenSource)end!).Cancel(), _end);
        _places = requests <= settings.Concurrency ? null : new(settings.Concurrency);
    }

    /// <summary>Whether there is no time left to ask anybody.</summary>
    public bool IsOver => _end.IsCancellationRequested && !_caller.IsCancellationRequested;

    public ImmutableArray<SourceWarning> Warnings
    {
        get
        {
            lock (_warnings) return _warnings.Count == 0 ? [] : [.. _warnings];
        }
    }

    /// <summary>An answer, or Timeout where the deadline has come before it.</summary>
    public Task<SourceAnswer<T>> AskAsync<T>(ContextSource source, Func<CancellationToken, ValueTask<SourceAnswer<T>>> ask) =>
        AskInTimeAsync(ask, source);

    /// <summary>The same without a warning.</summary>
    public Task<SourceAnswer<T>> AskInTimeAsync<T>(Func<CancellationToken, ValueTask<SourceAnswer<T>>> ask) => AskInTimeAsync(ask, null);

    /// <summary>Tells of sources that have what is nowhere else, and that the request has passed already.</summary>
    public void WarnOf(ImmutableArray<ContextSource> loops)
    {
        foreach (var source in loops) Warn(new(199, source, "the request has passed the source already"));
    }

    public void Dispose()
    {
        _abort.Dispose();
        _end.Dispose();
        _places?.Dispose();
    }

    private async Task<SourceAnswer<T>> AskInTimeAsync<T>(Func<CancellationToken, ValueTask<SourceAnswer<T>>> ask, ContextSource? warned)
    {
        SourceAnswer<T> answer;
        var hasPlace = false;
        try
        {
            if (_places is not null)
            {
                await _places.WaitAsync(_end.Token).ConfigureAwait(false);
                hasPlace = true;
            }

            answer = await ask(_end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            answer = new(SourceOutcome.Timeout, default, "it has not answered before the deadline of the operation");
        }
        finally
        {
            if (hasPlace) _places!.Release();
        }

        if (warned is not null && SourceWarning.Of(warned, answer) is { } warning) Warn(warning);
        return answer;
    }

    private void Warn(SourceWarning warning)
    {
        lock (_warnings)
        {
            if (!_warnings.Contains(warning)) _warnings.Add(warning);
        }
    }
}
