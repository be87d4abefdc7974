using System.Buffers;
using System.Collections.Immutable;
using SmartCity.NgsiLd.Contexts;
using SmartCity.NgsiLd.Entities;
using SmartCity.NgsiLd.Json;

namespace SmartCity.NgsiLd.Temporal;

/// <summary>What is said of an Entity beside its Attributes.</summary>
/// <param name="Id">A URI.</param>
/// <param name="Types">Expanded.</param>
/// <param name="CreatedAt">When the evolution began to be recorded.</param>
/// <param name="ModifiedAt">When it last changed.</param>
/// <param name="DeletedAt">When the Entity was deleted; null where it was not.</param>
public readonly record struct EvolutionHead(
    string Id, ImmutableArray<string> Types, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt, DateTimeOffset? DeletedAt);

/// <summary>
/// Writes the temporal evolutions of Entities (ETSI GS CIM 009 4.5.6 - 4.5.9, 4.5.19) piece by piece: between two calls what was
/// written may be sent. For each Entity <see cref="Open"/>, then for each Attribute its instances or its aggregate, then
/// <see cref="Close"/>.
/// </summary>
public sealed class TemporalWriter(TemporalRepresentation shown, Context context, IBufferWriter<byte> output)
{
    private bool _hasEntities;
    private bool _hasMembers;
    private bool _hasPoints;

    /// <summary>Whether anything was written otherwise than it would be in the newest version of the standard (ETSI GS CIM 009 4.3.6.8).</summary>
    public bool IsAltered { get; private set; }

    /// <summary>The bracket of an array of Entities.</summary>
    public void OpenArray() => Raw("["u8);

    public void CloseArray() => Raw("]"u8);

    public void Open(in EvolutionHead head)
    {
        if (_hasEntities) Raw(","u8);
        _hasEntities = true;
        var rendering = Render();
        _hasMembers = rendering.Head(head);
        Finish(rendering);
    }

    /// <summary>Whether the asked version of the standard knows no such Attribute: then it is not opened.</summary>
    public bool LeavesOut(string name)
    {
        var rendering = Render();
        var leavesOut = rendering.LeavesOut(name);
        IsAltered |= leavesOut;
        return leavesOut;
    }

    /// <summary>Those instances of an Attribute that the asked version of the standard can tell apart.</summary>
    public ImmutableArray<StoredInstance> Known(ImmutableArray<StoredInstance> instances)
    {
        var rendering = Render();
        var known = rendering.Known(instances);
        IsAltered |= known.Length < instances.Length;
        return known;
    }

    /// <param name="name">Expanded; <see cref="TemporalEntity.Scope"/> for the scope.</param>
    /// <param name="kind">Of all the instances that follow: it matters for <see cref="TemporalFormat.TemporalValues"/>.</param>
    public void OpenAttribute(string name, AttributeKind kind)
    {
        var rendering = Render();
        rendering.OpenEvolution(name, kind, _hasMembers);
        Finish(rendering);
        (_hasMembers, _hasPoints) = (true, false);
    }

    /// <summary>Some instances of the open Attribute.</summary>
    public void Instances(ReadOnlySpan<StoredInstance> instances)
    {
        if (instances.IsEmpty) return;
        if (_hasPoints) Raw(","u8);
        _hasPoints = true;
        var rendering = Render();
        rendering.Points(instances);
        Finish(rendering);
    }

    public void CloseAttribute() => Raw(shown.Format == TemporalFormat.TemporalValues ? "]}"u8 : "]"u8);

    /// <summary>An Attribute as what its instances come to.</summary>
    public void Aggregate(string name, SeriesAggregate series)
    {
        var rendering = Render();
        rendering.Aggregate(name, series, _hasMembers);
        Finish(rendering);
        _hasMembers = true;
    }

    public void Close()
    {
        var rendering = Render();
        rendering.CloseEvolutions(_hasMembers);
        Finish(rendering);
    }

    private void Finish(EntityRendering rendering) => IsAltered |= rendering.Finish().IsAltered;

    private EntityRendering Render() => new(shown, context, output);

    private void Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(output.GetSpan(text.Length));
        output.Advance(text.Length);
    }
}
