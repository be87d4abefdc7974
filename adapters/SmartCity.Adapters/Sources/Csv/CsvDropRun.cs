using System.Text;
using SmartCity.Adapters.Delivery;

namespace SmartCity.Adapters.Sources.Csv;

/// <summary>
/// One pass over one file: which rows are on their way, and what became of them. The rejected ones go with the header to
/// <c>rejected/</c>, so that they can be corrected and dropped again; the reasons stand in a file beside.
/// </summary>
internal sealed class CsvDropRun(string file, string folder)
{
    private readonly Queue<(CsvRow Row, Task<DeliveryResult> Result)> _pending = new();
    private readonly string _rejects = Path.Combine(folder, "rejected", Path.GetFileName(file));

    internal string Header { get; set; } = "";

    internal int Delivered { get; private set; }

    internal int Rejected { get; private set; }

    internal bool WasAbandoned { get; private set; }

    internal async Task AddAsync(CsvRow row, Task<DeliveryResult> result)
    {
        _pending.Enqueue((row, result));
        // Results come in about the order of the rows: what is settled need not be kept.
        while (_pending.TryPeek(out var first) && first.Result.IsCompleted) await SettleFirstAsync();
    }

    /// <summary>Waits for the broker's answer to every row.</summary>
    internal async Task SettleAsync()
    {
        while (_pending.Count > 0) await SettleFirstAsync();
    }

    private async Task SettleFirstAsync()
    {
        var (row, result) = _pending.Dequeue();
        var delivery = await result;
        if (delivery.State == DeliveryState.Rejected) await RejectAsync(row, delivery.Reason!);
        else if (delivery.State == DeliveryState.Abandoned) WasAbandoned = true;
        else Delivered++;
    }

    private async Task RejectAsync(CsvRow row, string reason)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_rejects)!);
        var rows = new StringBuilder();
        // The first of a pass begins the file anew, so that a second pass after a crash does not list a row twice.
        if (Rejected == 0)
        {
            await File.WriteAllTextAsync(_rejects + ".reasons.txt", "");
            await File.WriteAllTextAsync(_rejects, "");
            if (Header.Length > 0) rows.Append(Header).Append('\n');
        }

        Rejected++;
        await File.AppendAllTextAsync(_rejects, rows.Append(row.Raw).Append('\n').ToString());
        await File.AppendAllTextAsync(_rejects + ".reasons.txt", $"line {row.Line}: {reason.ReplaceLineEndings(" ")}\n");
    }
}
