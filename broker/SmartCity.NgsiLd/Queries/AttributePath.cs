using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>
/// Where in an Entity to look (ETSI GS CIM 009 4.9): the Attribute, then sub-attributes or members by dots, then a trailing
/// path in brackets into the value (or a language).
/// </summary>
public sealed record AttributePath
{
    /// <summary>
    /// The Attribute's expanded name, then for each dot a sub-attribute's expanded name or a reserved member as it stands
    /// (<see cref="ReservedMembers"/>). A path may also be one of the Entity's own members, as it stands.
    /// </summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>Members of the value in <c>[a.b]</c>, or one language tag, or <c>*</c>; empty where there are no brackets.</summary>
    public ImmutableArray<string> Trailing { get; init; } = [];

    /// <summary><c>rel{...}</c>: the rest is looked up in the linked Entity; null where there is none.</summary>
    public LinkedPath? Linked { get; init; }

    /// <summary>The Attribute as a whole: one name and nothing after it.</summary>
    public bool IsPlain => Names.Length == 1 && Trailing.IsEmpty && Linked is null;

    /// <summary>How many links it follows (ETSI GS CIM 009 5.7.2.4 limits them to the depth of Linked Entity retrieval).</summary>
    public int LinkDepth => Linked is null ? 0 : 1 + Linked.Path.LinkDepth;

    public static AttributePath Of(string name) => new() { Names = [name] };

    public bool Equals(AttributePath? other) =>
        other is not null && Sequence.Same(Names, other.Names) && Sequence.Same(Trailing, other.Trailing)
        && Linked == other.Linked;

    public override int GetHashCode() => HashCode.Combine(Sequence.Hash(Names), Sequence.Hash(Trailing), Linked);
}

/// <summary>The inside of <c>rel{Type1,Type2:attr}</c>.</summary>
/// <param name="Types">Expanded; a linked Entity has one of them; empty where any will do.</param>
/// <param name="Path">In the linked Entity.</param>
public sealed record LinkedPath(ImmutableArray<string> Types, AttributePath Path)
{
    public bool Equals(LinkedPath? other) => other is not null && Sequence.Same(Types, other.Types) && Path == other.Path;

    public override int GetHashCode() => HashCode.Combine(Sequence.Hash(Types), Path);
}

/// <summary>Members that are no Attributes: they are not expanded and stand in a path by their own names.</summary>
public static class ReservedMembers
{
    /// <summary>Whether an Entity has a member of that name that q can ask for: id, scope and the system times.</summary>
    public static bool IsOfEntity(string name) => name is "id" or "scope" or "createdAt" or "modifiedAt" or "expiresAt";

    /// <summary>Whether an Entity has a member of that name that a projection can name (ETSI GS CIM 009 4.21).</summary>
    public static bool IsProjected(string name) => name is "type" || IsOfEntity(name);

    /// <summary>Whether an Attribute has a member of that name that q can ask for.</summary>
    public static bool IsOfAttribute(string name) =>
        name is "observedAt" or "unitCode" or "datasetId" or "createdAt" or "modifiedAt" or "expiresAt";
}
