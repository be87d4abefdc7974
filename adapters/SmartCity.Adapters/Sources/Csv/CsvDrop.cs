using SmartCity.Adapters.Delivery;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Sources.Csv;

/// <summary>
/// Takes each complete file row by row, and moves it away only after the broker has answered for every row. A crash in
/// between reads the file again, which upserts make harmless.
/// </summary>
internal sealed class CsvDrop(CsvDropSettings settings, SourceSurroundings surroundings) : ISource
{
    private static readonly string[] Unfinished = [".part", ".tmp", ".filepart", ".crdownload"];

    private readonly Dictionary<string, (long Length, DateTime Written, long Since)> _seen = [];
    private readonly ILogger _logger = surroundings.Logger;
    private readonly TimeProvider _time = surroundings.Time;

    public async Task RunAsync(IMessageSink sink, CancellationToken stop)
    {
        Directory.CreateDirectory(settings.Folder);
        while (!stop.IsCancellationRequested)
        {
            foreach (var file in CompleteFiles())
            {
                if (!await TakeAsync(file, sink, stop)) return;
            }

            await Task.Delay(settings.Poll, _time, stop).ContinueWith(_ => { }, CancellationToken.None, default, TaskScheduler.Default);
        }
    }

    private List<string> CompleteFiles()
    {
        var present = Directory.EnumerateFiles(settings.Folder, settings.Pattern)
            .Where(f => !Path.GetFileName(f).StartsWith('.') && !Unfinished.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var gone in _seen.Keys.Except(present).ToList()) _seen.Remove(gone);
        return settings.Complete == FileCompletion.Rename ? present : [.. present.Where(StandsStill)];
    }

    private bool StandsStill(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists) return false;
        if (!_seen.TryGetValue(file, out var seen) || seen.Length != info.Length || seen.Written != info.LastWriteTimeUtc)
            _seen[file] = seen = (info.Length, info.LastWriteTimeUtc, _time.GetTimestamp());
        return _time.GetElapsedTime(seen.Since) >= settings.StableFor;
    }

    /// <returns>False where the adapter was stopped meanwhile: the file stays.</returns>
    private async Task<bool> TakeAsync(string file, IMessageSink sink, CancellationToken stop)
    {
        var name = Path.GetFileName(file);
        var run = new CsvDropRun(file, settings.Folder);
        try
        {
            await ReadRowsAsync(file, run, sink, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is CsvTableException or IOException or UnauthorizedAccessException)
        {
            if (!File.Exists(file)) return true;
            await run.SettleAsync();
            if (run.WasAbandoned) return false;
            _logger.FileFailed(name, e.Message);
            Move(file, "failed");
            return true;
        }

        await run.SettleAsync();
        if (run.WasAbandoned) return false;
        _logger.FileDone(name, run.Delivered, run.Rejected);
        Move(file, "done");
        return true;
    }

    private async Task ReadRowsAsync(string file, CsvDropRun run, IMessageSink sink, CancellationToken stop)
    {
        using var table = await CsvTable.OpenAsync(file, settings.Format);
        var missing = table.Missing(surroundings.Mapping);
        if (missing.Count > 0) throw new CsvTableException($"the header lacks {string.Join(", ", missing)}");

        run.Header = table.Header;
        var name = MessageValue.Of(Path.GetFileName(file));
        while (await table.ReadAsync() is { } row)
        {
            if (row.Cells is null)
            {
                await sink.RejectAsync(row.Raw, $"{Path.GetFileName(file)}:{row.Line}: {row.Problem}");
                await run.AddAsync(row, Task.FromResult(DeliveryResult.Rejected(row.Problem!)));
                continue;
            }

            var variables = new Dictionary<string, MessageValue>
            {
                ["file"] = name,
                ["line"] = MessageValue.Of(row.Line.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            };
            await run.AddAsync(row, await sink.SendAsync(table.ToMessage(row, variables), stop));
        }
    }

    private void Move(string file, string folder)
    {
        var target = Path.Combine(settings.Folder, folder, Path.GetFileName(file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (File.Exists(target))
        {
            var stamp = _time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", System.Globalization.CultureInfo.InvariantCulture);
            target = Path.Combine(
                Path.GetDirectoryName(target)!, $"{Path.GetFileNameWithoutExtension(file)}.{stamp}{Path.GetExtension(file)}");
        }

        File.Move(file, target);
        _seen.Remove(file);
    }
}
