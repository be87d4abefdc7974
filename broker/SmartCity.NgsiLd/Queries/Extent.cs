using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>What pick and omit leave of an Entity and of those it links to (ETSI GS CIM 009 4.21, 5.7.1.5).</summary>
/// <param name="Pick">Members to keep; null for all.</param>
/// <param name="Omit">Members to leave out; null for none.</param>
public readonly record struct Extent(Projection? Pick, Projection? Omit)
{
    public static Extent Whole => default;

    public bool IsWhole => Pick is null && Omit is null;

    /// <summary>Whether a member is left: id, type, scope, a system attribute, or an Attribute's expanded name.</summary>
    public bool Shows(string member) => (Pick is null || Pick.Contains(member)) && (Omit is null || !Omits(member));

    /// <summary>
    /// What is left of the Entities that a Relationship links to. What stands without braces is said of every Entity of an
    /// answer (ETSI GS CIM 009 5.7.1.5); <c>rel{a,b}</c> says of those behind <c>rel</c> what to keep instead, or what to leave
    /// out as well.
    /// </summary>
    /// <param name="relationship">Its expanded name.</param>
    public Extent Behind(string relationship)
    {
        if (IsWhole) return this;
        var picked = Pick is null ? default : Linked(Pick, relationship);
        var omitted = Omit is null ? default : Linked(Omit, relationship);
        return new(
            picked.IsDefault ? Pick : new Projection(picked),
            omitted.IsDefault ? Omit : new Projection([.. omitted, .. Omit!.Members.Where(member => member.Linked is null)]));
    }

    /// <summary><c>rel{a}</c> leaves out something of the linked Entity, and not the Relationship itself.</summary>
    private bool Omits(string member)
    {
        foreach (var omitted in Omit!.Members)
        {
            if (omitted.Name == member && omitted.Linked is null) return true;
        }

        return false;
    }

    /// <summary>What stands in the braces behind a name, of all its occurrences together; default where none has braces.</summary>
    private static ImmutableArray<ProjectedMember> Linked(Projection projection, string relationship)
    {
        ImmutableArray<ProjectedMember> linked = default;
        foreach (var member in projection.Members)
        {
            if (member.Linked is null || member.Name != relationship) continue;
            linked = linked.IsDefault ? member.Linked.Members : linked.AddRange(member.Linked.Members);
        }

        return linked;
    }
}
