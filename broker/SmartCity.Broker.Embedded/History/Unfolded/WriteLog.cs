using System.Collections.Immutable;
using SmartCity.Broker.Embedded.Bytes;
using SmartCity.Broker.Embedded.Naming;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>
/// A row of <c>history_log</c>: the writes of a group commit. The form is persisted (numbers, texts and blocks as in
/// <see cref="ByteWriter"/>):
/// <code>
/// u8 version (1), then each write:
///   number  tenant
///   u8      WriteKind
///   text    entity id
///   i64     when, UTC ticks
///   block   what is added, a packed Entity (empty for nothing)
///   number  of instances that record deletions, then each: number which, i64 UTC ticks, u8 decimals
///   where something is deleted or replaced: number name, text datasetId (empty for the default instance), u8 all,
///           i64 instance, i64 its createdAt
/// </code>
/// </summary>
internal static class WriteLog
{
    private const byte Version = 1;

    public static void Begin(ByteWriter bytes)
    {
        bytes.Clear();
        bytes.Byte(Version);
    }

    public static void Add(ByteWriter bytes, int tenant, UnfoldedWrite write, NameTable names)
    {
        bytes.Number(tenant);
        bytes.Byte((byte)write.Kind);
        bytes.Text(write.EntityId);
        bytes.Long(write.At);
        bytes.Block(write.Content is null ? [] : names.ToFile(write.Content));
        bytes.Number(write.Deletions.Length);
        foreach (var deletion in write.Deletions)
        {
            bytes.Number(deletion.Index);
            bytes.Long(deletion.At);
            bytes.Byte(deletion.Decimals);
        }

        if (UnfoldedWrite.IsAddition(write.Kind) || write.Kind == WriteKind.DeleteEvolution) return;
        bytes.Number(names.ToFile(write.Attribute));
        bytes.Text(write.DatasetId ?? "");
        bytes.Byte(write.All ? (byte)1 : (byte)0);
        bytes.Long(write.Instance);
        bytes.Long(write.CreatedAt);
    }

    /// <param name="bytes">A row.</param>
    /// <param name="first">Number of its first write.</param>
    /// <param name="names">Of the file.</param>
    public static List<(int Tenant, UnfoldedWrite Write)> Read(ReadOnlySpan<byte> bytes, long first, NameTable names)
    {
        var reader = new ByteReader(bytes);
        if (reader.Byte() != Version) throw new InvalidDataException("A row of the history's log has an unknown form.");
        var writes = new List<(int, UnfoldedWrite)>();
        for (; !reader.IsAtEnd; first++) writes.Add((reader.Number(), ReadOne(ref reader, first, names)));
        return writes;
    }

    private static UnfoldedWrite ReadOne(ref ByteReader reader, long number, NameTable names)
    {
        var write = new UnfoldedWrite((WriteKind)reader.Byte(), reader.Text()) { Number = number, At = reader.Long() };
        var content = reader.Block();
        var deletions = new UnfoldedWrite.Deletion[reader.Number()];
        for (var i = 0; i < deletions.Length; i++) deletions[i] = new(reader.Number(), reader.Long(), reader.Byte());
        write = write with
        {
            Content = content.IsEmpty ? null : names.FromFile(content),
            Deletions = ImmutableArray.Create(deletions),
        };
        if (UnfoldedWrite.IsAddition(write.Kind) || write.Kind == WriteKind.DeleteEvolution) return write;
        return write with
        {
            Attribute = names.FromFile(reader.Number()),
            DatasetId = reader.Text() is { Length: > 0 } dataset ? dataset : null,
            All = reader.Byte() != 0,
            Instance = reader.Long(),
            CreatedAt = reader.Long(),
        };
    }
}
