using System.Collections.Immutable;

namespace SmartCity.NgsiLd.Queries;

/// <summary>Entity members by name (ETSI GS CIM 009 4.21): the value of pick or omit.</summary>
/// <param name="Members">Expanded Attribute names, or id, type, scope as they stand; with what to project in linked Entities.</param>
public sealed record Projection(ImmutableArray<ProjectedMember> Members)
{
    public bool Contains(string name)
    {
        foreach (var member in Members)
        {
            if (member.Name == name) return true;
        }

        return false;
    }

    public bool Equals(Projection? other) => other is not null && Sequence.Same(Members, other.Members);

    public override int GetHashCode() => Sequence.Hash(Members);
}

/// <param name="Name">An expanded Attribute name, or id, type or scope.</param>
/// <param name="Linked"><c>rel{a,b}</c>; null where there are no braces.</param>
public sealed record ProjectedMember(string Name, Projection? Linked);
