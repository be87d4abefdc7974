using System.Collections.Immutable;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Federation.Writing;

/// <summary>A write cut to what somebody has of the Entity.</summary>
internal static class WriteShare
{
    /// <summary>What of a write is a source's; nothing where the source has nothing of what is written.</summary>
    public static ImmutableArray<SourceWrite> Of(SourceWrite request, Coverage coverage)
    {
        var write = request with { Guard = new(coverage.Selection) };
        return request.Kind switch
        {
            SourceWriteKind.Delete => [write],
            SourceWriteKind.DeleteAttribute => OfDeletion(write, coverage),
            SourceWriteKind.PartialUpdateAttribute or SourceWriteKind.ReplaceAttribute => OfAttribute(write, coverage),
            _ => OfEntity(write, coverage),
        };
    }

    /// <summary>What is left of a write when sources have taken theirs; null for nothing.</summary>
    public static SourceWrite? Without(SourceWrite request, IReadOnlyList<Coverage> taken, WriteTarget target)
    {
        if (taken.Count == 0 || request.Kind == SourceWriteKind.Delete) return request;
        switch (request.Kind)
        {
            case SourceWriteKind.DeleteAttribute:
                var isTaken = taken.Any(coverage => coverage.Names(request.AttributeName!)
                    && (request.All ? coverage.DatasetIds.IsEmpty : coverage.CoversDataset(request.DatasetId)));
                return isTaken ? null : request;
            case SourceWriteKind.PartialUpdateAttribute or SourceWriteKind.ReplaceAttribute:
                var instances = Left(request.Instances, taken);
                return instances.IsEmpty ? null : request with { Instances = instances };
            default:
                return taken.Any(static coverage => coverage.IsEverything) ? null : WithoutEntity(request, taken, target);
        }
    }

    private static SourceWrite? WithoutEntity(SourceWrite request, IReadOnlyList<Coverage> taken, WriteTarget target)
    {
        var entity = request.Entity!;
        var left = Left(entity.Attributes, taken);
        var rest = request with { Entity = left.Length == entity.Attributes.Length ? entity : entity with { Attributes = left } };
        if (!left.IsEmpty) return rest;
        // Nothing but members that are no Attributes: what is kept elsewhere comes into being there alone.
        return request.Kind switch
        {
            SourceWriteKind.Create => null,
            SourceWriteKind.Replace => target.IsHere ? rest : null,
            _ => target.IsHere && SaysMore(entity, target.OwnTypes) ? rest : null,
        };
    }

    private static bool SaysMore(Entity fragment, ImmutableArray<string> ownTypes) =>
        !fragment.Scopes.IsEmpty || fragment.ExpiresAt is not null || fragment.Types.Any(type => !ownTypes.Contains(type));

    private static ImmutableArray<SourceWrite> OfEntity(SourceWrite write, Coverage coverage)
    {
        var entity = write.Entity!;
        var attributes = Within(entity.Attributes, coverage);
        var isNew = write.Kind is SourceWriteKind.Create or SourceWriteKind.Replace;
        // Where only Attributes are named, none of them is nothing at all.
        if (attributes.IsEmpty && !(coverage.IsWhole && entity.Attributes.IsEmpty)) return [];
        var share = entity with { Attributes = attributes, Types = Within(entity.Types, coverage) };
        // The scope of an Entity that is there already is not changed by whoever has some of its Attributes.
        if (!isNew && !coverage.IsWhole) share = share with { Scopes = [], ScopeIsArray = false, ExpiresAt = null };
        return [write with { Entity = share }];
    }

    private static ImmutableArray<SourceWrite> OfAttribute(SourceWrite write, Coverage coverage)
    {
        var instances = Within(write.Instances, coverage);
        return instances.IsEmpty ? [] : [write with { Instances = instances }];
    }

    private static ImmutableArray<SourceWrite> OfDeletion(SourceWrite write, Coverage coverage)
    {
        if (!coverage.Names(write.AttributeName!)) return [];
        if (!write.All) return coverage.CoversDataset(write.DatasetId) ? [write] : [];
        if (coverage.DatasetIds.IsEmpty) return [write];
        return [.. coverage.DatasetIds.Select(id => write with { All = false, DatasetId = id == "@none" ? null : id })];
    }

    // Where none of them is the source's, it has the Entity by those that it has already.
    private static ImmutableArray<string> Within(ImmutableArray<string> types, Coverage coverage)
    {
        if (coverage.Types.IsEmpty || types.All(coverage.Types.Contains)) return types;
        return types.RemoveAll(type => !coverage.Types.Contains(type)) is { IsEmpty: false } some ? some : coverage.Types;
    }

    private static ImmutableArray<Attribute> Within(ImmutableArray<Attribute> instances, Coverage coverage)
    {
        if (coverage.IsEverything) return instances;
        return [.. instances.Where(instance => coverage.Covers(instance.Name, instance.DatasetId))];
    }

    private static ImmutableArray<Attribute> Left(ImmutableArray<Attribute> instances, IReadOnlyList<Coverage> taken) =>
        [.. instances.Where(instance => !taken.Any(coverage => coverage.Covers(instance.Name, instance.DatasetId)))];
}
