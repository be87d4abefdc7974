namespace SmartCity.Broker.Tests.Scenarios;

/// <summary>What a process holds of the system.</summary>
/// <param name="Threads">Running or waiting.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Sockets">Those of them that are sockets.</param>
internal sealed record HeldByProcess(int Threads, int Handles, int Sockets)
{
    public static HeldByProcess Of(int process)
    {
        var targets = Directory.GetFileSystemEntries($"/proc/{process}/fd").Select(handle => new FileInfo(handle).LinkTarget ?? "").ToList();
        return new(
            Directory.GetDirectories($"/proc/{process}/task").Length, targets.Count,
            targets.Count(target => target.StartsWith("socket:", StringComparison.Ordinal)));
    }
}
