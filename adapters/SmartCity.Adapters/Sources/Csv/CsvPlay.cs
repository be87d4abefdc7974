using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Sources.Csv;

/// <summary>Plays a recording: a row is due at the start plus its distance from the first row, divided by the speed.</summary>
internal sealed class CsvPlay(CsvPlaySettings settings, SourceSurroundings surroundings) : ISource
{
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = surroundings.Time;

    public async Task RunAsync(IMessageSink sink, CancellationToken stop)
    {
        try
        {
            do
            {
                await PlayAsync(sink, stop);
                await Task.Delay(BetweenRounds, _time, stop);
            }
            while (settings.Loop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped: nothing to acknowledge, a recording can be played again.
        }
    }

    private async Task PlayAsync(IMessageSink sink, CancellationToken stop)
    {
        using var table = await CsvTable.OpenAsync(settings.File, settings.Format);
        var column = table.Columns[settings.Column];
        var start = _time.GetUtcNow();
        DateTimeOffset? first = null;
        while (await table.ReadAsync() is { } row)
        {
            if (row.Cells is null || !settings.Times.TryParse(row.Cells[column].Trim(), out var recorded))
            {
                await sink.RejectAsync(row.Raw, $"{Path.GetFileName(settings.File)}:{row.Line}: {row.Problem ?? "the time is not readable"}");
                continue;
            }

            first ??= recorded;
            var due = start + ((recorded - first.Value) / settings.Speed);
            var wait = due - _time.GetUtcNow();
            if (wait > TimeSpan.Zero) await Task.Delay(wait, _time, stop);

            var cells = row.Cells.Select(MessageValue.Of).ToArray();
            cells[column] = MessageValue.Of(due);
            await sink.SendAsync(new RowMessage(table.Columns, cells, row.Raw), stop);
        }
    }
}
