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
            if (result.Outcome == ExecutionOutcome.Failure) failed++;
            else if (result.Outcome == ExecutionOutcome.Empty) empty++;
            else found++;
        }

        if (found > 0) return failed + empty == 0 ? SnapshotStatus.Success : SnapshotStatus.Partial;
        return empty > 0 ? SnapshotStatus.Empty : SnapshotStatus.Failure;
    }
}

/// <summary>ETSI GS CIM 009 5.2.42.</summary>
public enum ExecutionOutcome
{
    /// <summary>Something was found.</summary>
    Success,

    Failure,

    /// <summary>Nothing was found.</summary>
    Empty,
}

/// <summary>What executing a query has come to (ETSI GS CIM 009 5.2.42).</summary>
/// <param name="Outcome">How it went.</param>
/// <param name="Problem">Why it failed, or what went wrong although something was found; null for nothing.</param>
public sealed record ExecutionResult(ExecutionOutcome Outcome, NgsiLdError? Problem)
{
    public static ExecutionResult Found { get; } = new(ExecutionOutcome.Success, null);

    public static ExecutionResult Nothing { get; } = new(ExecutionOutcome.Empty, null);

    /// <summary>The resultStatus.</summary>
    public string Word => WordOf(Outcome);

    public static ExecutionResult Failed(NgsiLdError problem) => new(ExecutionOutcome.Failure, problem);

    /// <summary>Null where it is no resultStatus.</summary>
    public static ExecutionOutcome? Find(string? word)
    {
        foreach (var outcome in Enum.GetValues<ExecutionOutcome>())
        {
            if (WordOf(outcome) == word) return outcome;
        }

        return null;
    }

    private static string WordOf(ExecutionOutcome outcome) => outcome switch
    {
        ExecutionOutcome.Success => "success",
        ExecutionOutcome.Failure => "failure",
        _ => "empty",
    };
}
