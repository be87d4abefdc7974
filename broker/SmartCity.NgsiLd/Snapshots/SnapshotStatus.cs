namespace SmartCity.NgsiLd.Snapshots;

/// <summary>How far a Snapshot has come (ETSI GS CIM 009 5.2.41).</summary>
public enum SnapshotStatus
{
    /// <summary>What it is to hold is still being gathered.</summary>
    Preparing,

    /// <summary>Every query was executed and found something; or a clone is complete.</summary>
    Success,

    /// <summary>Some query was executed and found something.</summary>
    Partial,

    /// <summary>No query was executed.</summary>
    Failure,

    /// <summary>Some query was executed, and none found anything.</summary>
    Empty,
}

/// <summary>The words of <see cref="SnapshotStatus"/>.</summary>
public static class SnapshotStatuses
{
    public static string Word(this SnapshotStatus status) => status switch
    {
        SnapshotStatus.Preparing => "preparing",
        SnapshotStatus.Success => "success",
        SnapshotStatus.Partial => "partial",
        SnapshotStatus.Failure => "failure",
        _ => "empty",
    };

    /// <summary>Null where it is no such word.</summary>
    public static SnapshotStatus? Find(string? word)
    {
        foreach (var status in Enum.GetValues<SnapshotStatus>())
        {
            if (status.Word() == word) return status;
        }

        return null;
    }

    /// <summary>What the outcomes of all queries come to (ETSI GS CIM 009 5.16.1.4).</summary>
    public static SnapshotStatus Of(IEnumerable<ExecutionResult> results)
    {
        var (found, empty, failed) = (0, 0, 0);
        foreach (var result in results)
        {
            if (result.Problem is not null) failed++;
            else if (result.IsEmpty) empty++;
            else found++;
        }

        if (found > 0) return failed + empty == 0 ? SnapshotStatus.Success : SnapshotStatus.Partial;
        return empty > 0 ? SnapshotStatus.Empty : SnapshotStatus.Failure;
    }
}

/// <summary>What executing a query has come to (ETSI GS CIM 009 5.2.42).</summary>
/// <param name="IsEmpty">Whether nothing was found.</param>
/// <param name="Problem">Why it failed; null where it did not.</param>
public sealed record ExecutionResult(bool IsEmpty, NgsiLdError? Problem)
{
    public static ExecutionResult Found { get; } = new(false, null);

    public static ExecutionResult Nothing { get; } = new(true, null);

    /// <summary>The resultStatus.</summary>
    public string Word => Problem is not null ? "failure" : IsEmpty ? "empty" : "success";

    public static ExecutionResult Failed(NgsiLdError problem) => new(true, problem);
}
