using System.Collections.Immutable;
using SmartCity.NgsiLd;
using SmartCity.NgsiLd.Entities;
using Attribute = SmartCity.NgsiLd.Entities.Attribute;

namespace SmartCity.Broker.Entities.Decisions;

/// <summary>
/// What an instance becomes when a Fragment is laid over it. Members that the Fragment leaves out stay; NGSI-LD Null removes.
/// </summary>
internal static class AttributePatch
{
    /// <summary>Members are replaced whole, and the kind stays (ETSI GS CIM 009 5.5.8, 5.6.4).</summary>
    public static Result<Attribute> Shallow(Attribute target, Attribute patch) =>
        Kind(patch) is { } kind && kind != target.Kind ? OtherKind(target, kind) : Lay(target, patch, deep: false);

    /// <summary>Members are merged to any depth; a value of another kind replaces the old one (ETSI GS CIM 009 5.5.12).</summary>
    public static Result<Attribute> Deep(Attribute target, Attribute patch) =>
        patch is AttributeFragment { TargetKind: { } kind } && kind != target.Kind
            ? OtherKind(target, kind)
            : Lay(target, patch, deep: true);

    public static Timestamp? Time(Timestamp? old, Timestamp? given) =>
        given is null ? old : given == NgsiLdNull.Time ? null : given;

    internal static NgsiLdError OtherKind(Attribute target, AttributeKind given) =>
        NgsiLdError.BadRequestData($"{target.Name} is a {target.Kind} and cannot become a {given}");

    private static AttributeKind? Kind(Attribute patch) => patch is AttributeFragment fragment ? fragment.TargetKind : patch.Kind;

    private static Result<Attribute> Lay(Attribute target, Attribute patch, bool deep)
    {
        if (patch is AttributeFragment fragment && Stranger(target, fragment) is { } stranger)
        {
            return NgsiLdError.BadRequestData($"{target.Name} is a {target.Kind}, which has no {stranger}");
        }

        if (!SubAttributes(target, patch, deep).TryGet(out var subAttributes, out var error)) return error;
        return Value(target, patch, deep) with
        {
            ObservedAt = Time(target.ObservedAt, patch.ObservedAt),
            ExpiresAt = Time(target.ExpiresAt, patch.ExpiresAt),
            // Where another kind takes the place, what the old value's datatype was says nothing of the new one.
            ValueType = Text(patch is AttributeFragment || patch.Kind == target.Kind ? target.ValueType : null, patch.ValueType),
            SubAttributes = subAttributes,
            // A nested instance that the Fragment does not reach keeps its times; those that it reaches are compared later.
            CreatedAt = target.CreatedAt,
            ModifiedAt = target.ModifiedAt,
        };
    }

    private static Attribute Value(Attribute target, Attribute patch, bool deep) => (target, patch) switch
    {
        (Property t, AttributeFragment p) => t with { UnitCode = Text(t.UnitCode, p.UnitCode) },
        (ListProperty t, AttributeFragment p) => t with { UnitCode = Text(t.UnitCode, p.UnitCode) },
        (Relationship t, AttributeFragment p) => t with { ObjectTypes = Texts(t.ObjectTypes, p.ObjectTypes) },
        (ListRelationship t, AttributeFragment p) => t with { ObjectTypes = Texts(t.ObjectTypes, p.ObjectTypes) },
        (_, AttributeFragment) => target,

        (Property t, Property p) => t with
        {
            Value = deep ? JsonMergePatch.Apply(t.Value, p.Value) : p.Value,
            UnitCode = Text(t.UnitCode, p.UnitCode),
        },
        (ListProperty t, ListProperty p) => t with
        {
            ValueList = p.ValueList,
            UnitCode = Text(t.UnitCode, p.UnitCode),
        },
        (Relationship t, Relationship p) => p with { ObjectTypes = Texts(t.ObjectTypes, p.ObjectTypes) },
        (ListRelationship t, ListRelationship p) => p with { ObjectTypes = Texts(t.ObjectTypes, p.ObjectTypes) },
        (LanguageProperty t, LanguageProperty p) when deep => t with { LanguageMap = JsonMergePatch.Apply(t.LanguageMap, p.LanguageMap) },
        (JsonProperty t, JsonProperty p) when deep => t with { Json = JsonMergePatch.Apply(t.Json, p.Json) },
        _ => NgsiLdNulls.Without(patch),
    };

    private static Result<ImmutableArray<Attribute>> SubAttributes(Attribute target, Attribute patch, bool deep)
    {
        if (patch.SubAttributes.IsEmpty) return target.SubAttributes;

        var patches = new InstanceIndex(patch.SubAttributes);
        var targets = new InstanceIndex(target.SubAttributes);
        var laid = ImmutableArray.CreateBuilder<Attribute>(target.SubAttributes.Length + patch.SubAttributes.Length);
        foreach (var old in target.SubAttributes)
        {
            if (patches.Find(old.Name, old.DatasetId) is not { } over) laid.Add(old);
            else if (NgsiLdNull.Is(over)) continue;
            else if (!SubAttribute(old, over, deep).TryGet(out var sub, out var error)) return error;
            else laid.Add(sub);
        }

        foreach (var added in patch.SubAttributes)
        {
            if (NgsiLdNull.Is(added) || targets.Find(added.Name, added.DatasetId) is not null) continue;
            if (Instances.LacksValue(added)) return Instances.NoValue(added);
            laid.Add(NgsiLdNulls.Without(added));
        }

        return laid.ToImmutable();
    }

    private static Result<Attribute> SubAttribute(Attribute old, Attribute over, bool deep)
    {
        if (deep) return Deep(old, over);
        return Instances.LacksValue(over) ? Instances.NoValue(over) : NgsiLdNulls.Without(over);
    }

    // A Fragment that names no kind may hold what the target's kind does not have (4.5.2.2, 4.5.3.2 ...: prohibited).
    private static string? Stranger(Attribute target, AttributeFragment patch)
    {
        var isLink = target is Relationship or ListRelationship;
        if (patch.UnitCode is not null && target is not (Property or ListProperty)) return "unitCode";
        if (patch.ValueType is not null && isLink) return "valueType";
        return patch.ObjectTypes.IsEmpty || isLink ? null : "objectType";
    }

    private static string? Text(string? old, string? given) => given is null ? old : given == NgsiLdNull.Uri ? null : given;

    private static ImmutableArray<string> Texts(ImmutableArray<string> old, ImmutableArray<string> given) =>
        given.IsEmpty ? old : NgsiLdNulls.Is(given) ? [] : given;
}
