using System.Numerics;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.NgsiLd.Json;

/// <summary>
/// The members of one object that stands for an Attribute, or that is a bare value: only when all are seen does it show which.
/// </summary>
internal sealed class GivenMembers
{
    private const ulong ValueMembers = 1ul << (int)Member.Value | 1ul << (int)Member.Object | 1ul << (int)Member.LanguageMap
        | 1ul << (int)Member.Vocab | 1ul << (int)Member.Json | 1ul << (int)Member.ValueList | 1ul << (int)Member.ObjectList;

    private const ulong Metadata = 1ul << (int)Member.ObservedAt | 1ul << (int)Member.ExpiresAt | 1ul << (int)Member.UnitCode
        | 1ul << (int)Member.DatasetId | 1ul << (int)Member.ValueType | 1ul << (int)Member.ObjectType;

    private readonly Slice[] _slices = new Slice[Members.Count];
    private ulong _present;

    /// <summary>The whole object, and what was met in its members.</summary>
    public Slice Whole { get; set; }

    /// <summary>
    /// Attributes of the Attribute, or members of a bare value, that are not read yet: where name and value stand, and the
    /// expanded name, empty where no Attribute can have it.
    /// </summary>
    public List<(int NameAt, string Iri, Slice Value)> Unread { get; } = [];

    public List<Attribute> SubAttributes { get; } = [];

    /// <summary>The kind that <c>type</c> names; null where it names none.</summary>
    public AttributeKind? Kind { get; set; }

    public bool HasValueMember => (_present & ValueMembers) != 0;

    public bool HasOneMember => Unread.Count + SubAttributes.Count == 0 && BitOperations.IsPow2(_present);

    public bool HasMetadata => (_present & Metadata) != 0;

    public Slice this[Member member] => _slices[(int)member];

    public bool Has(Member member) => (_present & 1ul << (int)member) != 0;

    public bool Add(Member member, Slice slice)
    {
        if (Has(member)) return false;
        _present |= 1ul << (int)member;
        _slices[(int)member] = slice;
        return true;
    }

    /// <summary>The first member present that is not among those, in the order of <see cref="Member"/>.</summary>
    public Member? FirstOutside(ulong allowed)
    {
        var outside = _present & ~allowed;
        return outside == 0 ? null : (Member)BitOperations.TrailingZeroCount(outside);
    }

    /// <summary>The member that holds the value, whatever the kind; null where there is none.</summary>
    public Member? ValueMember =>
        HasValueMember ? (Member)BitOperations.TrailingZeroCount(_present & ValueMembers) : null;

    public void Clear()
    {
        _present = 0;
        Kind = null;
        Unread.Clear();
        SubAttributes.Clear();
    }
}
