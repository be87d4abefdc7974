using System.Collections.Immutable;
using SmartCity.Broker.Entities;
using SmartCity.Broker.Entities.Decisions;
using SmartCity.Broker.Registrations;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>Which elements of a batch, and what of them, is whose (ETSI GS CIM 009 5.6.7.4 - 5.6.10.4, 5.6.20.4).</summary>
/// <param name="Shares">One for each source that is asked.</param>
/// <param name="Refused">What nobody can do.</param>
/// <param name="Rest">What is to be done here.</param>
internal sealed record BatchPlan(
    ImmutableArray<BatchShare> Shares, ImmutableArray<RefusedPart> Refused, ImmutableArray<BatchItem> Rest)
{
    /// <summary>Whether all is to be done here.</summary>
    public bool IsLocal => Shares.IsEmpty && Refused.IsEmpty;

    /// <summary>The same without what an earlier plan has done.</summary>
    /// <param name="sources">Ids of the registrations whose sources have been asked already, or refused.</param>
    public BatchPlan Without(IReadOnlySet<string> sources) => this with
    {
        Shares = Shares.RemoveAll(share => sources.Contains(share.Source.Id)),
        Refused = Refused.RemoveAll(refused => sources.Contains(refused.Part.Source.Id)),
    };

    /// <param name="kind">What to do with each element.</param>
    /// <param name="items">In order.</param>
    /// <param name="options">Of a merge.</param>
    /// <param name="here">Entities that are kept here, by their ids.</param>
    /// <param name="candidates">The registrations that may be about an Entity.</param>
    public static BatchPlan Of(
        BatchKind kind,
        ImmutableArray<BatchItem> items,
        MergeOptions options,
        IReadOnlyDictionary<string, PackedEntity> here,
        Func<WriteTarget, RegistrationMatches> candidates)
    {
        var shares = new OrderedDictionary<ContextSource, (BatchManner Manner, ImmutableArray<WritePart>.Builder Parts)>();
        var refused = ImmutableArray.CreateBuilder<RefusedPart>();
        var rest = ImmutableArray.CreateBuilder<BatchItem>(items.Length);
        foreach (var item in items)
        {
            if (Request(kind, item, options) is not { } request)
            {
                rest.Add(item);
                continue;
            }

            var target = WriteTarget.Of(request, here.GetValueOrDefault(item.EntityId));
            var matches = candidates(target);
            if (matches.IsEmpty)
            {
                rest.Add(item);
                continue;
            }

            var division = WriteDivision.Of(request, target, matches);
            foreach (var part in division.Parts) Assign(part);
            if (division.Rest is { } left) rest.Add(ReferenceEquals(left, request) ? item : Left(item, left));
        }

        return new(
            [.. shares.Select(static share => new BatchShare(share.Key, share.Value.Manner, share.Value.Parts.DrainToImmutable()))],
            refused.DrainToImmutable(),
            rest.DrainToImmutable());

        void Assign(WritePart part)
        {
            var source = part.Source;
            if (part.IsLoop)
            {
                if (part.IsProxied) refused.Add(new(part, SourceErrors.Loop(source)));
            }
            else if (shares.TryGetValue(source, out var share))
            {
                share.Parts.Add(part);
            }
            else if (BatchManner.Of(kind, source.Registration.Operations) is { } manner)
            {
                var parts = ImmutableArray.CreateBuilder<WritePart>();
                parts.Add(part);
                shares.Add(source, (manner, parts));
            }
            else if (part.IsProxied)
            {
                refused.Add(new(part, SourceErrors.NotOffered(source, BatchManner.OperationOf(kind))));
            }
        }
    }

    // Null for what could not be read, or is wrong wherever it is written.
    private static SourceWrite? Request(BatchKind kind, BatchItem item, MergeOptions options)
    {
        if (item.EntityId.Length == 0) return null;
        if (kind == BatchKind.Delete) return item.Error is null ? new(SourceWriteKind.Delete, item.EntityId) : null;
        if ((item.Update ?? (item.Error is null ? item.Entity : null)) is not { } entity) return null;
        if (kind is BatchKind.Update or BatchKind.UpdateNoOverwrite && AttributesAppend.Refuse(entity) is not null) return null;
        var write = kind switch
        {
            BatchKind.Update or BatchKind.UpdateNoOverwrite => SourceWriteKind.Append,
            BatchKind.Merge => SourceWriteKind.Merge,
            _ => SourceWriteKind.Create,
        };
        return new(write, item.EntityId) { Entity = entity, Merge = options, NoOverwrite = kind == BatchKind.UpdateNoOverwrite };
    }

    private static BatchItem Left(BatchItem item, SourceWrite left) =>
        item.Update is not null ? item with { Update = left.Entity } : item with { Entity = left.Entity };
}

/// <param name="Source">Who is asked.</param>
/// <param name="Manner">By which operations.</param>
/// <param name="Parts">In the order of the batch.</param>
internal sealed record BatchShare(ContextSource Source, BatchManner Manner, ImmutableArray<WritePart> Parts)
{
    public IEnumerable<SourceWrite> Writes => Parts.Select(static part => part.Write);
}
