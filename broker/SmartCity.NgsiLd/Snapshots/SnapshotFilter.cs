using System.Text.Json;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Queries;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>A q over the members of Snapshots (ETSI GS CIM 009 4.9, 5.16.7): a Snapshot is seen as an Entity with Properties.</summary>
public sealed class SnapshotFilter
{
    private static readonly string[] Texts = ["type", "snapshotLifetime", "endpoint", "snapshotStatus", "lastUsedAt"];
    private static readonly string[] Others =
        ["snapshotQueries", "snapshotTemporalQueries", "snapshotPriority", "receiverInfo", "snapshotQueriesDetails", "snapshotTemporalQueriesDetails"];

    private static readonly HashSet<string> Names = [.. Texts.Concat(Others).Select(Context.Core.Expand)];

    private readonly EntityMatcher _matcher;

    private SnapshotFilter(QExpression q) => _matcher = new(new() { Q = q });

    /// <summary>BadRequestData where it is no q, or asks for what a Snapshot does not have.</summary>
    public static Result<SnapshotFilter> Parse(string text)
    {
        if (!QParser.Parse(text, Context.Core).TryGet(out var q, out var error)) return error;
        return Stranger(q) is { } stranger
            ? NgsiLdError.BadRequestData($"q asks for {Context.Core.Compact(stranger)}, which is not a member of a Snapshot")
            : new SnapshotFilter(q);
    }

    public bool Matches(Snapshot snapshot) => _matcher.Matches(PackedEntity.Pack(AsEntity(snapshot)));

    private static string? Stranger(QExpression q) => q switch
    {
        QAnd and => and.Terms.Select(Stranger).FirstOrDefault(name => name is not null),
        QOr or => or.Terms.Select(Stranger).FirstOrDefault(name => name is not null),
        QExists exists => Stranger(exists.Path),
        QCompare compare => Stranger(compare.Path),
        _ => null,
    };

    private static string? Stranger(AttributePath path) =>
        Names.Contains(path.Names[0]) || (path.IsPlain && path.Names[0] is "id" or "createdAt" or "modifiedAt" or "expiresAt") ? null : path.Names[0];

    private static Entity AsEntity(Snapshot snapshot)
    {
        var properties = new List<Entities.Attribute>();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) SnapshotWriter.WriteStatus(json, snapshot, Context.Core, includeContext: false);
        using var document = JsonDocument.Parse(stream.GetBuffer().AsMemory(0, (int)stream.Length));
        foreach (var member in document.RootElement.EnumerateObject())
        {
            var name = Context.Core.Expand(member.Name);
            if (Names.Contains(name)) properties.Add(new Property { Name = name, Value = JsonValue.Of(member.Value.GetRawText()) });
        }

        return new()
        {
            Id = snapshot.Id,
            Types = [Context.Core.Expand("Snapshot")],
            Attributes = [.. properties],
            CreatedAt = snapshot.CreatedAt,
            ModifiedAt = snapshot.ModifiedAt,
            ExpiresAt = new Timestamp(snapshot.ExpiresAt, Timestamp.Format(snapshot.ExpiresAt)),
        };
    }
}
