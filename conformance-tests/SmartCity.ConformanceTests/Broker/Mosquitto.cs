using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace SmartCity.ConformanceTests.Broker;

/// <summary>
/// A mosquitto of a test's own: plain and open, with a password, or with TLS and a password. TLS needs a certificate that the broker
/// under test trusts: NGSILD_MQTTS_CERT and NGSILD_MQTTS_KEY name its PEM files.
/// </summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    public const string User = "city";

    public const string Password = "p:w/1";

    private static readonly string? Program = Find("mosquitto");
    private static readonly string? Subscriber = Find("mosquitto_sub");
    private static readonly string? Passwords = Find("mosquitto_passwd");

    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    private readonly bool _isGuarded;
    private readonly bool _isEncrypted;
    private readonly List<Process> _processes = [];

    private Mosquitto(bool isGuarded, bool isEncrypted)
    {
        (_isGuarded, _isEncrypted) = (isGuarded, isEncrypted);
        Port = Listening.FreePort();
    }

    public static string? MissingReason => Program is null || Subscriber is null ? "mosquitto and mosquitto_sub are not installed" : null;

    public static string? MissingCertificateReason =>
        MissingReason ?? (Certificate is null || Key is null ? "set NGSILD_MQTTS_CERT and NGSILD_MQTTS_KEY to a certificate that the broker trusts" : null);

    public int Port { get; }

    private ConcurrentQueue<string> Log { get; } = new();

    private static string? Certificate => Environment.GetEnvironmentVariable("NGSILD_MQTTS_CERT");

    private static string? Key => Environment.GetEnvironmentVariable("NGSILD_MQTTS_KEY");

    public static async Task<Mosquitto> StartAsync(bool isGuarded = false, bool isEncrypted = false)
    {
        var server = new Mosquitto(isGuarded, isEncrypted);
        await server.StartAsync();
        return server;
    }

    /// <summary>Subscribes to a topic; completes with the first message, as <c>mosquitto_sub</c> shows it.</summary>
    public async Task<Task<JsonObject>> ListenAsync(string topic, string version)
    {
        var arguments = new List<string> { "-h", "localhost", "-p", $"{Port}", "-t", topic, "-q", "2", "-V", version, "-C", "1", "-F", "%j" };
        if (_isGuarded) arguments.AddRange(["-u", User, "-P", Password]);
        if (_isEncrypted) arguments.AddRange(["--cafile", Certificate!]);
        var message = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(Subscriber!, arguments, line =>
        {
            if (line.StartsWith('{')) message.TrySetResult(JsonNode.Parse(line)!.AsObject());
        });
        // What it prints comes when it ends; that it is there, the server knows.
        await SaysAsync("Sending SUBACK");
        return message.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Waits until its log has a text: what it says of its clients may come later than what they say.</summary>
    public async Task SaysAsync(string text)
    {
        bool Says() => Log.Any(line => line.Contains(text, StringComparison.Ordinal));
        for (var attempt = 0; attempt < 600 && !Says(); attempt++) await Task.Delay(50);
        Assert.True(Says(), $"no {text} in\n{string.Join('\n', Log)}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        var lines = new List<string>
        {
            $"listener {Port} {(Target.ReceiverHost == "localhost" ? "localhost" : "0.0.0.0")}",
            $"allow_anonymous {(_isGuarded ? "false" : "true")}",
            "log_dest stderr",
        };
        if (Environment.UserName == "root") lines.Insert(0, "user root");
        if (_isGuarded)
        {
            var file = Path.Combine(_folder, "passwords");
            using var writing = Process.Start(new ProcessStartInfo(Passwords!, ["-c", "-b", file, User, Password]))!;
            await writing.WaitForExitAsync();
            lines.Add($"password_file {file}");
        }

        if (_isEncrypted) lines.AddRange([$"certfile {Certificate}", $"keyfile {Key}"]);
        var configuration = Path.Combine(_folder, "mosquitto.conf");
        await File.WriteAllLinesAsync(configuration, lines);
        Run(Program!, ["-c", configuration, "-v"], Log.Enqueue);
        for (var attempt = 0; attempt < 600; attempt++)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("localhost", Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new TimeoutException("mosquitto does not listen: " + string.Join('\n', Log));
    }

    private void Run(string program, IEnumerable<string> arguments, Action<string> line)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, received) => line(received.Data ?? "");
        process.ErrorDataReceived += (_, received) => line(received.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/usr/local/sbin"])
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

/// <summary>A table of tests that need a broker and a mosquitto.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MosquittoTheoryAttribute : TheoryAttribute
{
    public MosquittoTheoryAttribute() => (Skip, Timeout) = (Target.MissingReason ?? Mosquitto.MissingReason, BrokerFactAttribute.Longest);
}

/// <summary>The same over TLS.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EncryptedMosquittoTheoryAttribute : TheoryAttribute
{
    public EncryptedMosquittoTheoryAttribute() =>
        (Skip, Timeout) = (Target.MissingReason ?? Mosquitto.MissingCertificateReason, BrokerFactAttribute.Longest);
}
