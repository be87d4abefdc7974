using System.Diagnostics;
using System.Text;

namespace SmartCity.Adapters.Tests.Peers;

/// <summary>A program of this repository, run as its users run it.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private RunningProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    internal bool HasEnded => _process.HasExited;

    /// <param name="assembly">Path of the dll.</param>
    internal static RunningProgram Start(string assembly, params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo("dotnet", [assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Where the build has put a project's program, in the configuration of these tests; null where it is not built.</summary>
    internal static string? Find(string project)
    {
        var name = Path.GetFileName(project);
        var configuration = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        var assembly = Path.Combine(Repository.Root, project, "bin", configuration, "net10.0", name + ".dll");
        return File.Exists(assembly) ? assembly : null;
    }

    /// <summary>Asks it to end; returns the exit code. Not by SIGINT, which what runs in the background ignores.</summary>
    internal async Task<int> StopAsync()
    {
        if (!_process.HasExited) Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }
}
