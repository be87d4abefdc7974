using System.Text.Json.Nodes;
using SmartCity.Adapters.Mapping;

namespace SmartCity.Adapters.Delivery;

/// <summary>
/// What could not be delivered, with the reason: one JSON object per line. A full file is kept once more as <c>.1</c>.
/// </summary>
internal sealed class DeadLetters(string file, TimeProvider time) : IDisposable
{
    private const long MaxBytes = 64 * 1024 * 1024;

    private readonly SemaphoreSlim _writing = new(1);

    internal string File { get; } = file;

    internal Task AddEntityAsync(MappedEntity entity, string reason) => AddAsync(reason, "entity", JsonNode.Parse(entity.Json));

    internal Task AddMessageAsync(string message, string reason) => AddAsync(reason, "message", message);

    public void Dispose() => _writing.Dispose();

    private async Task AddAsync(string reason, string member, JsonNode? content)
    {
        var line = new JsonObject
        {
            ["at"] = TimeFormat.Write(time.GetUtcNow()),
            ["reason"] = reason,
            [member] = content,
        };
        await _writing.WaitAsync();
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(File)!);
            var info = new FileInfo(File);
            if (info.Exists && info.Length > MaxBytes) info.MoveTo(File + ".1", overwrite: true);
            await using var stream = new FileStream(File, FileMode.Append, FileAccess.Write, FileShare.Read);
            await stream.WriteAsync(Json.Bytes(line));
            await stream.WriteAsync("\n"u8.ToArray());
        }
        finally
        {
            _writing.Release();
        }
    }
}
