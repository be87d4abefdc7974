using System.Collections.Immutable;
using SmartCity.Broker.Storage;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Temporal;

namespace SmartCity.Broker.Embedded.History.Unfolded;

/// <summary>What a write into the history does. The numbers are persisted.</summary>
internal enum WriteKind : byte
{
    Add = 1,
    DeleteEvolution = 2,
    DeleteAttribute = 3,
    Replace = 4,
    DeleteInstance = 5,

    /// <summary>Adds instances with the times that they have, to an evolution with the times that it had.</summary>
    Copy = 6,
}

/// <summary>
/// A write straight into the history, decided and in the form in which it is logged. What it deletes was there when it was
/// decided. Number and time are given at the commit.
/// </summary>
internal sealed record UnfoldedWrite(WriteKind Kind, string EntityId) : UnfoldedEntry(0, 0)
{
    private const int MostInstances = 1 << InstanceBits;
    private const int InstanceBits = Blocks.InstanceRow.PlaceBits;

    /// <summary>What is added: types, and instances as Attributes.</summary>
    public PackedEntity? Content { get; init; }

    /// <summary>Which of the instances record deletions; of a copy, the one behind all instances is the Entity's own.</summary>
    public ImmutableArray<Deletion> Deletions { get; init; } = [];

    public Name Attribute { get; init; }

    public string? DatasetId { get; init; }

    /// <summary>Of the Attribute, all series.</summary>
    public bool All { get; init; }

    /// <summary>Number of the instance that goes, or is replaced.</summary>
    public long Instance { get; init; }

    /// <summary>createdAt of the instance that is replaced.</summary>
    public long CreatedAt { get; init; }

    public override int Bytes => 200 + (Content?.Bytes.Length ?? 0);

    /// <summary>Whether instances go.</summary>
    public bool IsDestructive => !IsAddition(Kind);

    public static bool IsAddition(WriteKind kind) => kind is WriteKind.Add or WriteKind.Copy;

    public static Result<UnfoldedWrite> Adding(TemporalEntity entity, TemporalTimes? times = null)
    {
        if (entity.Instances.Length > MostInstances)
            return NgsiLdError.BadRequestData($"The evolution has {entity.Instances.Length} instances; at most {MostInstances} can be written at once.");
        return new UnfoldedWrite(times is not null ? WriteKind.Copy : WriteKind.Add, entity.Id)
        {
            Content = PackedEntity.Pack(new()
            {
                Id = entity.Id,
                Types = entity.Types,
                CreatedAt = times?.CreatedAt ?? default,
                ModifiedAt = times?.ModifiedAt ?? default,
                Attributes = ImmutableArray.CreateRange(
                    entity.Instances, instance => times is not null ? instance.Attribute : Written(instance.Attribute)),
            }),
            Deletions = times?.DeletedAt is { } at
                ? DeletionsOf(entity.Instances).Add(new(entity.Instances.Length, at.UtcTicks, 0))
                : DeletionsOf(entity.Instances),
        };
    }

    public static UnfoldedWrite Replacing(string entityId, Name attribute, string? datasetId, long instance, long createdAt, AttributeInstance by) =>
        new(WriteKind.Replace, entityId)
        {
            Attribute = attribute,
            DatasetId = datasetId,
            Instance = instance,
            CreatedAt = createdAt,
            Content = PackedEntity.Pack(new() { Id = entityId, Types = [], Attributes = [Written(by.Attribute)] }),
            Deletions = DeletionsOf([by]),
        };

    // Times of the broker are those of the commit, whatever the client says.
    private static NgsiLd.Entities.Attribute Written(NgsiLd.Entities.Attribute attribute)
    {
        if (attribute.CreatedAt == default && attribute.ModifiedAt == default) return attribute;
        return attribute with { CreatedAt = default, ModifiedAt = default };
    }

    private static ImmutableArray<Deletion> DeletionsOf(ImmutableArray<AttributeInstance> instances)
    {
        List<Deletion>? deletions = null;
        for (var i = 0; i < instances.Length; i++)
        {
            if (instances[i].DeletedAt is not { } at) continue;
            (deletions ??= []).Add(new(i, at.Value.UtcTicks, (byte)MomentText.Decimals(at.Text.Length)));
        }

        return deletions is null ? [] : [.. deletions];
    }

    /// <param name="Index">Which instance.</param>
    /// <param name="At">UTC ticks.</param>
    /// <param name="Decimals">See <see cref="MomentText"/>.</param>
    public readonly record struct Deletion(int Index, long At, byte Decimals);
}
