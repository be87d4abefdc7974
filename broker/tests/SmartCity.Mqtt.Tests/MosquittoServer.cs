using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SmartCity.Mqtt.Tests;

/// <summary>A real mosquitto on a free port with a configuration of its own; it can be stopped and started again.</summary>
internal sealed class MosquittoServer : IAsyncDisposable
{
    internal const string Program = "/usr/sbin/mosquitto";

    private readonly string _configuration;
    private Process? _process;

    private MosquittoServer(string folder, int port, string settings)
    {
        Folder = folder;
        Port = port;
        _configuration = Path.Combine(folder, "mosquitto.conf");
        File.WriteAllText(_configuration, $"user root\nmax_queued_messages 0\nlistener {port} 127.0.0.1\n{settings}\n");
    }

    internal string Folder { get; }

    internal int Port { get; }

    internal static Task<MosquittoServer> StartAsync() => StartAsync(_ => "allow_anonymous true");

    /// <param name="settings">Lines of mosquitto.conf, given the folder for further files.</param>
    internal static async Task<MosquittoServer> StartAsync(Func<string, string> settings)
    {
        var folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
        var server = new MosquittoServer(folder, FreePort.Next(), settings(folder));
        await server.RestartAsync();
        return server;
    }

    internal async Task RestartAsync()
    {
        await StopAsync();
        _process = Process.Start(new ProcessStartInfo(Program, ["-c", _configuration])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var attempt = 0; attempt < 1500; attempt++)
        {
            if (_process.HasExited) throw new InvalidOperationException($"mosquitto ends with {_process.ExitCode}");
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        throw new TimeoutException("mosquitto does not listen");
    }

    internal async Task StopAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Runs a program to its end, and needs no thread but this one for it.</summary>
    internal static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} fails: {errors}");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
