using System.Collections.Immutable;
using System.Text.Json;
using SmartCity.NgsiLd.Subscriptions;

namespace SmartCity.NgsiLd.Snapshots;

/// <summary>The members of a Snapshot (ETSI GS CIM 009 5.2.41), each laid over what is there.</summary>
internal sealed class SnapshotMembers(MemberReader members, SnapshotInput input)
{
    private bool TakesQueries => input is SnapshotInput.Creation or SnapshotInput.Kept;

    public Snapshot? Read(JsonElement body, Snapshot? target)
    {
        if (!members.IsObject(body, "the body")) return null;
        var isTyped = input is SnapshotInput.Update;
        var read = target ?? new Snapshot { Id = "" };
        foreach (var member in body.EnumerateObject())
        {
            isTyped |= member.NameEquals("type");
            read = member.Name switch
            {
                "@context" => read,
                "id" => read with { Id = members.Id(member.Value, target?.Id) },
                "type" => Type(member.Value, read),
                // Written by the broker; what a client sends of them is ignored (5.2.41).
                "snapshotStatus" or "snapshotQueriesDetails" or "snapshotTemporalQueriesDetails" or "createdAt" or "modifiedAt"
                    or "expiresAt" or "lastUsedAt" => read,
                _ => Read(read, member.Name, members.Given(member.Value, member.Name)),
            };
        }

        if (!isTyped) members.Problem("type", "is missing");
        if (input == SnapshotInput.Creation && !body.TryGetProperty("snapshotQueries", out _) && !body.TryGetProperty("snapshotTemporalQueries", out _))
        {
            members.Problem("snapshotQueries", "is missing, and so is snapshotTemporalQueries");
        }

        return read;
    }

    private Snapshot Read(Snapshot read, string name, JsonElement? value)
    {
        switch (name)
        {
            case "snapshotQueries" when TakesQueries: return read with { Queries = Queries(value, name, isTemporal: false) };
            case "snapshotTemporalQueries" when TakesQueries: return read with { TemporalQueries = Queries(value, name, isTemporal: true) };
            case "snapshotQueries" or "snapshotTemporalQueries":
                members.Problem(name, input == SnapshotInput.Clone ? "cannot be given for a clone" : "cannot be changed");
                return read;
            case "snapshotLifetime": return read with { Lifetime = SnapshotLifetime.Read(members, value, name) };
            case "snapshotPriority": return read with { Priority = Priority(value, name) };
            case "endpoint": return read with { Endpoint = members.Uri(value, name) };
            case "receiverInfo": return read with { ReceiverInfo = members.Array(value, name, members.Pair, mayBeEmpty: true) };
            default:
                members.Problem(name, "is not a member of a Snapshot");
                return read;
        }
    }

    private Snapshot Type(JsonElement value, Snapshot read)
    {
        members.Type(value, "Snapshot");
        return read;
    }

    private ImmutableArray<SnapshotQuery> Queries(JsonElement? value, string name, bool isTemporal)
    {
        var reader = new SnapshotQueryMembers(members, isTemporal, isKept: input == SnapshotInput.Kept);
        return members.Array(value, name, reader.Read);
    }

    private int Priority(JsonElement? value, string name)
    {
        if (members.Number(value, name) is not { } number) return Snapshot.DefaultPriority;
        if (number is >= Snapshot.LowestPriority and <= Snapshot.HighestPriority && number == Math.Floor(number)) return (int)number;
        members.Problem(name, $"is not an integer from {Snapshot.LowestPriority} to {Snapshot.HighestPriority}");
        return Snapshot.DefaultPriority;
    }
}
