using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>What a Snapshot document is sent for.</summary>
public enum SnapshotInput
{
    /// <summary>It has a query (ETSI GS CIM 009 5.16.1).</summary>
    Creation,

    /// <summary>It has none (ETSI GS CIM 009 5.16.2).</summary>
    Clone,

    /// <summary>A Fragment, which has none (ETSI GS CIM 009 5.16.4).</summary>
    Update,

    /// <summary>As it is kept.</summary>
    Kept,
}

/// <summary>
/// Reads Snapshots (ETSI GS CIM 009 5.2.41). What only the broker writes is passed over; everything wrong is reported at once.
/// </summary>
public static class SnapshotReader
{
    /// <summary>A whole Snapshot. Invalid JSON is InvalidRequest, invalid data BadRequestData (5.5.4).</summary>
    /// <param name="utf8">The body. A member <c>@context</c> is passed over: whoever calls has resolved it.</param>
    /// <param name="input">What it is sent for.</param>
    /// <param name="context">Expands names.</param>
    /// <param name="maxDepth">How deep JSON may nest.</param>
    public static Result<Snapshot> Read(ReadOnlyMemory<byte> utf8, SnapshotInput input, Context context, int maxDepth) =>
        Read(utf8, input, context, maxDepth, null);

    /// <summary>A Fragment over a Snapshot: its members replace, null removes (5.5.8).</summary>
    public static Result<Snapshot> Merge(Snapshot target, ReadOnlyMemory<byte> utf8, Context context, int maxDepth) =>
        Read(utf8, SnapshotInput.Update, context, maxDepth, target);

    private static Result<Snapshot> Read(ReadOnlyMemory<byte> utf8, SnapshotInput input, Context context, int maxDepth, Snapshot? target)
    {
        var members = new MemberReader(target is not null, context);
        return MemberDocument.Read(utf8, maxDepth, members, body => new SnapshotMembers(members, input).Read(body, target)!);
    }
}
