using System.Text;
using SmartCity.NgsiLd.Entities;

namespace SmartCity.NgsiLd.Json;

/// <summary>Changed Entities, as notifications show them (ETSI GS CIM 009 5.8.6).</summary>
internal ref partial struct EntityRendering
{
    public void Change(EntityChange change, bool showChanges)
    {
        if (change.After is not { } after) Deleted(change, showChanges);
        else if (showChanges || HasDeletions(change)) Changed(change, after, showChanges);
        else Entity(after, _shown.IncludeContext);
    }

    public void Changes(IReadOnlyList<EntityChange> changes, bool showChanges)
    {
        for (var i = 0; i < changes.Count; i++) Change(changes[i], showChanges);
        Flattened(_shown.IncludeContext);
    }

    private void Changed(EntityChange change, PackedEntity after, bool showChanges)
    {
        if (_shown.GeoJson)
        {
            StartFeature(after);
            ChangedMembers(change, after, showChanges);
            EndFeature(_shown.IncludeContext);
            return;
        }

        _out.Raw((byte)'{');
        Id(after);
        ChangedMembers(change, after, showChanges);
        if (_shown.IncludeContext) ContextMember();
        _out.CloseObject();
    }

    private void ChangedMembers(EntityChange change, PackedEntity after, bool showChanges)
    {
        StandAt(after);
        Types(after);
        Scopes(after);
        if (_shown.SysAttrs) SystemMembers(after);
        foreach (var instances in after.Attributes.ByName)
        {
            if (Shows(instances.First.Name)) ChangedName(change, instances.First.Name, instances, showChanges);
        }

        for (var i = 0; i < change.Attributes.Length; i++)
        {
            var (iri, _, kind) = change.Attributes[i];
            if (kind != AttributeChangeKind.Deleted || IsRepeated(change, i)) continue;
            var name = Names.Intern(iri);
            if (!after.Attributes.Contains(name) && Shows(name)) ChangedName(change, name, default, showChanges);
        }
    }

    /// <summary>What is left of a name, and what was deleted of it.</summary>
    private void ChangedName(EntityChange change, Name name, PackedAttributes left, bool showChanges)
    {
        var iri = name.Iri;
        var count = left.IsEmpty ? 0 : CountSelected(left);
        foreach (var attribute in change.Attributes)
        {
            if (IsDeletionOf(attribute, iri)) count++;
        }

        if (count == 0) return;
        var simplified = _shown.Format == EntityFormat.Simplified;
        Name(name);
        if (count > 1 && Lacks(Introduced.Instances))
        {
            OnlyChange(change, name, left, showChanges);
            return;
        }

        if (count > 1) _out.Raw(simplified ? "{\"dataset\":{"u8 : "["u8);
        foreach (var instance in left)
        {
            if (!IsSelected(instance)) continue;
            if (simplified && count > 1) DatasetName(instance.DatasetId);
            if (simplified) SimplifiedValue(instance);
            else Instance(instance, showChanges ? PreviousOf(change, instance) : default, count > 1);
        }

        foreach (var attribute in change.Attributes)
        {
            if (!IsDeletionOf(attribute, iri)) continue;
            if (simplified && count > 1) DatasetName(Utf8(attribute.DatasetId));
            if (simplified) Null();
            else DeletedInstance(change, name, attribute.DatasetId, showChanges, count > 1);
        }

        if (count == 1) return;
        if (!simplified)
        {
            _out.CloseArray();
            return;
        }

        _out.CloseObject();
        _out.CloseObject();
    }

    /// <summary>What is left, or the deletion where nothing is, for versions that know of one instance.</summary>
    private void OnlyChange(EntityChange change, Name name, PackedAttributes left, bool showChanges)
    {
        var simplified = _shown.Format == EntityFormat.Simplified;
        var only = OnlyOne(left, ofEntity: true);
        if (only.IsMissing && simplified) Null();
        else if (only.IsMissing) DeletedInstance(change, name, null, showChanges, inArray: false);
        else if (simplified) SimplifiedValue(only);
        else Instance(only, showChanges ? PreviousOf(change, only) : default, inArray: false);
    }

    /// <summary>The name alone, or an object where there is more to say than that it is gone.</summary>
    private void DeletedInstance(EntityChange change, Name name, string? datasetId, bool showChanges, bool inArray)
    {
        PackedAttribute before = default;
        change.Before?.Attributes.TryFind(name, Utf8(datasetId), out before);
        if (datasetId is null && !_shown.SysAttrs && !showChanges && !inArray)
        {
            Null();
            return;
        }

        var kind = before.IsMissing ? AttributeKind.Property : KnownKind(before.Kind);
        _out.Raw(_shown.Format == EntityFormat.Concise ? AttributeMembers.Concise(kind) : AttributeMembers.Normalized(kind));
        _out.Raw(AttributeMembers.Null(kind));
        _out.Raw((byte)',');
        Text("\"datasetId\":"u8, Utf8(datasetId), Introduced.Instances);
        if (_shown.SysAttrs)
        {
            if (!before.IsMissing) Instant("\"createdAt\":"u8, before.CreatedAtTicks);
            if (!before.IsMissing) Instant("\"modifiedAt\":"u8, before.ModifiedAtTicks);
            Instant("\"deletedAt\":"u8, change.At.UtcTicks);
        }

        if (showChanges && !before.IsMissing) Previous(before, before);
        _out.CloseObject();
    }

    /// <summary>Nothing but its deletedAt, or each Attribute as deleted where changes are to be shown.</summary>
    private void Deleted(EntityChange change, bool showChanges)
    {
        _out.Raw((byte)'{');
        if (Shows("id")) Text("\"id\":"u8, Utf8(change.EntityId));
        if (_shown.GeoJson) _out.Raw("\"type\":\"Feature\",\"geometry\":null,\"properties\":{"u8);
        if (change.Before is { } before)
        {
            Types(before);
            if (_shown.SysAttrs) SystemMembers(before);
        }

        Instant("\"deletedAt\":"u8, change.At.UtcTicks);
        if (showChanges && change.Before is not null) DeletedAttributes(change, change.Before);
        if (_shown.GeoJson) _out.CloseObject();
        if (_shown.IncludeContext) ContextMember();
        _out.CloseObject();
    }

    private void DeletedAttributes(EntityChange change, PackedEntity before)
    {
        foreach (var instances in before.Attributes.ByName)
        {
            if (!Shows(instances.First.Name)) continue;
            var count = CountSelected(instances);
            if (count == 0) continue;
            Name(instances.First.Name);
            if (count > 1) _out.Raw((byte)'[');
            foreach (var instance in instances)
            {
                if (!IsSelected(instance)) continue;
                var datasetId = instance.DatasetId.IsEmpty ? null : Encoding.UTF8.GetString(instance.DatasetId);
                DeletedInstance(change, instance.Name, datasetId, showChanges: true, inArray: count > 1);
            }

            if (count > 1) _out.CloseArray();
        }
    }

    /// <summary>The value before the change, where the kind is still the same: others are prohibited (ETSI GS CIM 009 4.5.2.2).</summary>
    private void Previous(PackedAttribute instance, PackedAttribute previous)
    {
        if (previous.Kind != instance.Kind) return;
        _out.Raw(AttributeMembers.Previous(KnownKind(previous.Kind)));
        Value(previous);
        _out.Raw((byte)',');
    }

    private void Null()
    {
        _out.Raw(NgsiLdNull.Json);
        _out.Raw((byte)',');
    }

    private static PackedAttribute PreviousOf(EntityChange change, PackedAttribute instance)
    {
        PackedAttribute before = default;
        foreach (var (name, datasetId, kind) in change.Attributes)
        {
            if (kind == AttributeChangeKind.Updated
                && name == instance.Name.Iri
                && instance.DatasetId.SequenceEqual(Utf8(datasetId)))
            {
                change.Before?.Attributes.TryFind(instance.Name, instance.DatasetId, out before);
            }
        }

        return before;
    }

    private readonly bool IsDeletionOf(AttributeChange attribute, string iri) =>
        attribute.Kind == AttributeChangeKind.Deleted && attribute.Name == iri && IsSelected(Utf8(attribute.DatasetId));

    private static bool HasDeletions(EntityChange change)
    {
        foreach (var attribute in change.Attributes)
        {
            if (attribute.Kind == AttributeChangeKind.Deleted) return true;
        }

        return false;
    }

    /// <summary>Whether an earlier deletion has the same name.</summary>
    private static bool IsRepeated(EntityChange change, int index)
    {
        for (var i = 0; i < index; i++)
        {
            var earlier = change.Attributes[i];
            if (earlier.Kind == AttributeChangeKind.Deleted && earlier.Name == change.Attributes[index].Name) return true;
        }

        return false;
    }

    private static byte[] Utf8(string? text) => text is null ? [] : Encoding.UTF8.GetBytes(text);
}
