using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd.Registrations;

namespace SmartCity.Broker.Registrations;

/// <summary>Hands the figures of sources that have been asked to the store, now and then.</summary>
internal sealed class FigureRecorder(IRegistrationStore store, ContextRegistry registry, TimeProvider clock, Action<Exception> onFault)
    : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private Dictionary<ContextSourceState, ContextSourceFigures> _recorded = [];
    private Task _running = Task.CompletedTask;

    /// <summary>Called once, when the registry is loaded.</summary>
    public void Start()
    {
        foreach (var source in registry.All) _recorded[source.State] = source.State.Figures;
        _running = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false)) Record();
        }
        catch (OperationCanceledException)
        {
            // The broker stops: this is the last time.
            Record();
        }
#pragma warning disable CA1031 // A bug: the broker goes on without figures.
        catch (Exception e)
#pragma warning restore CA1031
        {
            onFault(e);
        }
    }

    private void Record()
    {
        var changed = ImmutableArray.CreateBuilder<RegistrationProgress>();
        var recorded = new Dictionary<ContextSourceState, ContextSourceFigures>(_recorded.Count);
        foreach (var source in registry.All)
        {
            var figures = source.State.Figures;
            recorded[source.State] = figures;
            if (_recorded.GetValueOrDefault(source.State) != figures) changed.Add(new(source.Tenant, source.Id, figures));
        }

        _recorded = recorded;
        if (changed.Count > 0) store.Record(changed.DrainToImmutable());
    }
}
